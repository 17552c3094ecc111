//! The rows: the lives of Pods, the claims, the nodes.
//!
//! Owns how a life is cut into stretches and which words fit on it. Invariant: a stretch that
//! crosses the present moment is drawn in two, so that what is expected never looks like what was.

use super::frame::Draft;
use super::{Anchor, Look, Shape, Target, words_width};
use crate::base::Order as _;
use crate::view::Identity;
use crate::view::stage::ObjectRef;
use crate::view::timeline::{DiskRow, Group, Life, Spent, TimelineView};
use crate::view::words::{PageWords, ViewWords, stage as phrases, views as words};

const GROUP_GAP: f64 = 19.0;
/// Rows that one workload draws at most.
const ROWS_MAX: usize = 120;

impl Draft<'_> {
    pub(super) fn group(&mut self, group: &Group, top: f64) -> f64 {
        let words = PageWords::of(self.frame.lang);
        let stateful = group.identity == Identity::Stateful;
        let (pitch, thick) = if stateful { (29.0, 22.0) } else { (25.0, 19.0) };
        let window = self.frame.window;
        let is_shown = |life: &Life| window.meets(life.from_us, life.end_us);
        let known = self.frame.known_us.max(self.frame.now_us);
        let rows: Vec<_> = group
            .rows
            .iter()
            .filter(|row| stateful || row.lives.iter().any(is_shown))
            .filter(|row| row.lives.iter().any(|life| life.from_us <= known))
            .collect();
        self.group_heading(group, top);
        let note = if stateful { words.same_row } else { words.row_per_name };
        if rows.len() > 1 && !self.is_narrow() {
            self.words((32.0, top + 24.0), note, Look::Plain, Anchor::Start);
        }
        let mut y = top + self.below_heading();
        for row in rows.iter().take(ROWS_MAX) {
            if stateful {
                let number = row.label.rsplit('-').next().unwrap_or_default();
                let at = (self.left - 8.0, y + thick / 2.0);
                self.words(at, number, Look::Name(group.identity), Anchor::End);
            }
            for (at, life) in row.lives.iter().enumerate() {
                let next = row.lives.get(at + 1);
                self.life(group, life, (at > 0, next), (y, y + thick));
            }
            y += pitch;
        }
        if let Some(more) = rows.len().checked_sub(ROWS_MAX).filter(|more| *more > 0) {
            let text = format!("+{more}");
            self.words((self.left, y + 8.0), text, Look::Plain, Anchor::Start);
            y += pitch;
        }
        y.max(top + 40.0) + GROUP_GAP
    }

    pub(super) fn group_heading(&mut self, group: &Group, top: f64) {
        self.sign(group.identity, top + 8.0);
        let name = self.heading_name(group);
        let right = (32.0 + words_width(&name)).max(self.left - 24.0);
        self.words((32.0, top + 8.0), name, Look::Name(group.identity), Anchor::Start);
        if !group.name.is_empty() {
            let object = ObjectRef::new(&group.kind, &group.namespace, &group.name);
            self.spot((12.0, top), (right, top + 18.0), Target::Object(object));
        }
    }

    /// A workload's shape beside its name.
    pub(super) fn sign(&mut self, identity: Identity, y: f64) {
        let look = Look::Bar(identity);
        if identity == Identity::Stateful {
            self.rect((16.0, y - 5.0), (26.0, y + 5.0), look);
        } else {
            self.shapes.push(Shape::Dot { at: (21.0, y), radius: 5.0, look });
        }
    }

    /// A workload's name as it heads its rows.
    pub(super) fn heading_name(&self, group: &Group) -> String {
        const ABOVE_MAX: usize = 40;
        let lang = self.frame.lang;
        if self.is_stacked { group.cut_name(lang, ABOVE_MAX) } else { group.short_name(lang) }
    }

    /// How much lower than their heading rows begin.
    pub(super) fn below_heading(&self) -> f64 {
        if self.is_stacked { 21.0 } else { 0.0 }
    }

    pub(super) fn life(
        &mut self,
        group: &Group,
        life: &Life,
        (again, next): (bool, Option<&Life>),
        (top, bottom): (f64, f64),
    ) {
        let (now, known) = (self.frame.now_us, self.frame.known_us.max(self.frame.now_us));
        if !self.frame.window.meets(life.from_us, life.end_us) || life.from_us > known {
            return;
        }
        let inner = (top + 0.6, bottom - 0.6);
        let middle = top + (bottom - top) / 2.0;
        let stretches = life.stretches(known);
        for (from, to, spent) in &stretches {
            let look = look(*spent, life, group.identity, now);
            let is_line = matches!(look, Look::Done(_) | Look::DoneBad);
            let inner = if is_line { (middle - 1.5, middle + 1.5) } else { inner };
            self.stretch((*from, *to), inner, look);
        }
        let is_named = self.life_name(group, life, &stretches, middle);
        let until = life.end_us.filter(|end| *end <= known).unwrap_or(known);
        if self.frame.window.meets(life.from_us, Some(until)) {
            let object = ObjectRef::new("Pod", &group.namespace, &life.name);
            let (from, to) = ((self.x(life.from_us), top), (self.x(until), bottom));
            self.spot(from, to, Target::Object(object));
        }
        self.life_ends(group, life, (next, is_named), middle);
        self.life_ahead(group, life, again, middle);
    }

    /// The name, on the part of the life in sight that has room for most of it: rather where the
    /// Pod runs than where it fails, is lost or waits. Tells whether it stands anywhere.
    pub(super) fn life_name(
        &mut self,
        group: &Group,
        life: &Life,
        stretches: &[(u64, u64, Spent)],
        middle: f64,
    ) -> bool {
        let now = self.frame.now_us;
        let says_init = group.identity == Identity::Stateful && life.has_init;
        let short = phrases::short_name(&life.name);
        let suffix = life.name.rsplit('-').next().unwrap_or(&life.name);
        // A stretch says the address that the Pod had at its end.
        let text = |choice: usize, until: u64| {
            let at = if until < now { until - 1 } else { now };
            let tail: Vec<&str> = life.ip_at(at).into_iter().chain(life.node.as_deref()).collect();
            let tail = tail.join(", ");
            match choice {
                0 => format!("{}  {tail}", life.name),
                1 => format!("{short}  {tail}"),
                2 => short.clone(),
                _ => suffix.to_owned(),
            }
        };
        let mut places: Vec<(u8, f64, f64, Look, u64)> = Vec::new();
        for (from, to, spent) in stretches {
            let to = (*to).min(now);
            if to <= *from || !self.frame.window.meets(*from, Some(to)) {
                continue;
            }
            let (x, end) = (self.x(*from), self.x(to));
            let (rank, look) = match look(*spent, life, group.identity, now) {
                Look::Bar(_) => (0, Look::OnBar),
                Look::Old(_) => (0, Look::OnOld(group.identity)),
                Look::Failing => (1, Look::OnBad),
                Look::Lost(_) => (2, Look::OnBad),
                Look::Wait(_) if !says_init => (3, Look::OnOld(group.identity)),
                Look::Wait(_) if words_width("init") + 14.0 < end - x => {
                    let look = Look::OnOld(group.identity);
                    self.words((x + 7.5, middle), "init", look, Anchor::Start);
                    continue;
                }
                _ => continue,
            };
            places.push((rank, x, end, look, to));
        }
        places.order_by_key(|place| place.0);
        let found = (0..4).find_map(|choice| {
            places.iter().find_map(|&(_, x, end, look, to)| {
                let text = text(choice, to);
                (words_width(&text) + 14.0 < end - x).then_some((text, x, look))
            })
        });
        let Some((text, x, look)) = found else { return false };
        self.words((x + 7.5, middle), text, look, Anchor::Start);
        true
    }

    /// A stateless Pod that went leaves nothing, and one that has ended stays as an object until
    /// somebody deletes it; the chart says so where there is room.
    pub(super) fn life_ends(
        &mut self,
        group: &Group,
        life: &Life,
        (next, is_named): (Option<&Life>, bool),
        middle: f64,
    ) {
        let now = self.frame.now_us;
        let is_past = |at: &u64| *at <= now && self.is_in(*at);
        let (at, text, look) = match (life.end_us, life.done_us) {
            (Some(end), _) if end <= now => {
                let is_over = group.identity != Identity::Stateful && next.is_none();
                let word = ViewWords::of(self.frame.lang).gone_for_good;
                (Some(end).filter(|_| is_over), word.to_owned(), Look::Plain)
            }
            (_, done) => {
                let word = words::ended(self.frame.lang, life.is_failed);
                let suffix = life.name.rsplit('-').next().unwrap_or(&life.name);
                // A bar too short for a name has it beside itself.
                let text = if is_named { word } else { format!("{suffix}  {word}") };
                (done, text, Look::Halo)
            }
        };
        let Some(at) = at.filter(is_past) else { return };
        if self.x(now) - self.x(at) > words_width(&text) + 16.0 {
            self.words((self.x(at) + 8.0, middle), text, look, Anchor::Start);
        }
    }

    /// When a Pod that is on its way is expected to be ready.
    pub(super) fn life_ahead(&mut self, group: &Group, life: &Life, again: bool, middle: f64) {
        let now = self.frame.now_us;
        let Some(ready) = life.ready_us.filter(|at| *at > now && self.is_in(*at)) else { return };
        let at = self.frame.window.label(ready);
        let lang = self.frame.lang;
        let text = if again {
            words::again(lang, &life.name, &at)
        } else {
            words::expected_ready(lang, &at)
        };
        let until = life.deleted_us.unwrap_or(self.frame.window.to_us);
        if self.x(until) - self.x(ready) > words_width(&text) + 14.0 {
            let at = (self.x(ready) + 8.0, middle);
            self.words(at, text, Look::Tone(group.identity), Anchor::Start);
        }
    }

    pub(super) fn disks(&mut self, view: &TimelineView, top: f64) -> f64 {
        let window = self.frame.window;
        let known = self.frame.known_us.max(self.frame.now_us);
        let rows: Vec<_> = view
            .disks
            .iter()
            .filter(|one| window.meets(one.from_us, one.end_us) && one.from_us <= known)
            .collect();
        if rows.is_empty() {
            return top;
        }
        let words = ViewWords::of(self.frame.lang);
        self.heading(top + 8.0, words.disks, words.disks_note);
        let mut y = top + self.below_heading();
        for row in rows.iter().take(ROWS_MAX) {
            if let Some(ordinal) = row.ordinal {
                let at = (self.left - 8.0, y + 8.0);
                let look = Look::Name(Identity::Stateful);
                self.words(at, ordinal.to_string(), look, Anchor::End);
            }
            let end = row.end_us.unwrap_or(known).min(known);
            for (from, until, look) in uses(row, end, known) {
                let inset = if look == Look::DiskOn { 0.0 } else { 0.5 };
                self.stretch((from, until), (y + inset, y + 16.0 - inset), look);
            }
            self.disk_words(row, y + 8.0, (end, known));
            let object = ObjectRef::new("PersistentVolumeClaim", &row.namespace, &row.claim);
            self.spot((self.x(row.from_us), y), (self.x(end), y + 16.0), Target::Object(object));
            y += 23.0;
        }
        y.max(top + 40.0) + 21.0
    }

    /// The name stands on the part that is mounted, if that has room for it; what a lost node holds
    /// says so where no name stands.
    fn disk_words(&mut self, row: &DiskRow, middle: f64, (end, known): (u64, u64)) {
        let room = |from: u64, to: u64| self.x(to.min(self.frame.now_us)) - self.x(from);
        let wide = words_width(&row.claim) + 16.0;
        let mut mounted = row.mounted.iter();
        let mounted =
            mounted.find(|(from, until)| room(*from, until.unwrap_or(end).min(end)) > wide);
        let from = mounted.map_or(row.from_us, |(from, _)| *from);
        let mut taken = f64::MIN..f64::MIN;
        if room(from, end) > wide {
            let x = self.x(from);
            taken = x..x + wide;
            let look = Look::OnOld(Identity::Stateful);
            self.words((x + 8.0, middle), row.claim.as_str(), look, Anchor::Start);
        }
        let held = ViewWords::of(self.frame.lang).held;
        for (from, until) in &row.held {
            let (x, wide) = (self.x(*from), words_width(held) + 16.0);
            let is_free = x >= taken.end || x + wide <= taken.start;
            let until = until.unwrap_or(known).min(known).min(self.frame.now_us);
            if is_free && self.x(until) - x > wide {
                self.words((x + 8.0, middle), held, Look::OnBad, Anchor::Start);
            }
        }
    }

    pub(super) fn nodes(&mut self, view: &TimelineView, top: f64) -> f64 {
        let window = self.frame.window;
        let known = self.frame.known_us.max(self.frame.now_us);
        let rows: Vec<_> = view
            .nodes
            .iter()
            .filter(|one| window.meets(one.from_us, one.end_us) && one.from_us <= known)
            .collect();
        if rows.is_empty() {
            return top;
        }
        let words = PageWords::of(self.frame.lang);
        if !self.is_narrow() {
            self.words((16.0, top + 3.0), words.nodes, Look::Strong, Anchor::Start);
        }
        let mut y = top;
        for row in rows {
            let at = (self.left - 8.0, y + 3.0);
            self.words(at, row.name.as_str(), Look::Axis, Anchor::End);
            let end = row.end_us.unwrap_or(known).min(known);
            self.stretch((row.from_us, end), (y, y + 6.0), Look::Up);
            for (from, until) in &row.down {
                let until = until.unwrap_or(known).min(known);
                self.stretch((*from, until), (y - 1.0, y + 7.0), Look::Down);
            }
            let object = ObjectRef::new("Node", "", &row.name);
            self.spot((0.0, y - 5.0), (self.x(end), y + 11.0), Target::Object(object));
            y += 18.0;
        }
        y
    }
}

/// A claim's life, cut where it is mounted, held and neither, up to its end.
fn uses(row: &DiskRow, end: u64, known: u64) -> Vec<(u64, u64, Look)> {
    let mounted = row.mounted.iter().map(|one| (one, Look::DiskOn));
    let used = mounted.chain(row.held.iter().map(|one| (one, Look::DiskHeld)));
    let cut = |until: &Option<u64>| until.unwrap_or(known).min(known);
    let mut used: Vec<_> = used.map(|((from, until), look)| (*from, cut(until), look)).collect();
    used.order_by_key(|one| one.0);
    let mut all: Vec<(u64, u64, Look)> = Vec::new();
    let mut free = row.from_us;
    for one in used {
        all.push((free, one.0, Look::DiskOff));
        all.push(one);
        free = one.1;
    }
    all.push((free, end, Look::DiskOff));
    all.retain(|one| one.0 < one.1);
    all
}

/// How a stretch of a life looks.
fn look(spent: Spent, life: &Life, identity: Identity, now: u64) -> Look {
    match spent {
        Spent::Waiting => Look::Wait(identity),
        Spent::Running if !life.is_over(now) => Look::Bar(identity),
        // An ordinal's Pod goes on as another one in its row.
        Spent::Running if identity == Identity::Stateful && life.done_us.is_none() => {
            Look::Bar(identity)
        }
        Spent::Running => Look::Old(identity),
        Spent::Failing => Look::Failing,
        Spent::Lost => Look::Lost(identity),
        Spent::Ending => Look::Terminating(identity),
        Spent::Kept if life.is_failed => Look::DoneBad,
        Spent::Kept => Look::Done(identity),
    }
}
