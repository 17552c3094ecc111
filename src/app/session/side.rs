//! What the side panel shows of one object: how it is, and the Events about it.
//!
//! Owns when that is looked at anew. It must not know how it is drawn. Invariant: it is what
//! kubectl prints at the moment on screen, wherever in time that is.

use super::Session;
use crate::look::{Look, SideTab};
use podium::api::outward::outward;
use podium::kubectl::print::{self, look::Look as Field, resource, table};
use podium::view::inspect::{EVENTS_MAX, EventView, EventsView, InspectView};
use podium::view::scene;
use podium::view::stage::ObjectRef;
use std::rc::Rc;

/// Ages change by the second.
const TICK_US: u64 = 1_000_000;

/// What the open tab shows; the others have nothing.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct SideViews {
    pub(crate) inspect: Option<Rc<InspectView>>,
    pub(crate) events: Option<Rc<EventsView>>,
}

/// What a tab was made from.
#[derive(Clone, PartialEq)]
pub(super) struct Seen {
    run: u32,
    edition: u64,
    tick: u64,
    tab: SideTab,
    object: Option<ObjectRef>,
}

impl Session {
    /// The open tab of the side panel.
    pub(super) fn side(&self, look: &Look) -> SideViews {
        let seen = Seen {
            run: self.run(),
            edition: self.cluster.edition(),
            tick: self.cluster.now().0 / TICK_US,
            tab: look.side,
            object: look.inspected.clone(),
        };
        let mut kept = self.side.borrow_mut();
        if let Some((before, views)) = &*kept
            && *before == seen
        {
            return views.clone();
        }
        let views = match look.side {
            SideTab::Story => SideViews::default(),
            SideTab::Inspect => SideViews {
                inspect: look.inspected.as_ref().map(|object| Rc::new(self.inspect(object))),
                ..SideViews::default()
            },
            SideTab::Events => SideViews {
                events: Some(Rc::new(self.events(look.inspected.as_ref()))),
                ..SideViews::default()
            },
        };
        *kept = Some((seen, views.clone()));
        views
    }

    fn inspect(&self, object: &ObjectRef) -> InspectView {
        let Some(found) = scene::found(&self.cluster, object) else {
            return InspectView { object: object.clone(), ..InspectView::default() };
        };
        let (view, now) = (self.cluster.model().view(), self.cluster.now());
        let word = found.kind().facts().plural;
        let tree = outward(found);
        // As `kubectl get -o yaml` prints it; `get` itself would bring every format there is.
        let yaml = print::yaml::yaml(&tree);
        // What the table leaves open says nothing.
        let is_said = |(_, value): &(String, String)| value != "<none>";
        let facts = resource::meant_by(view, word).first().map(|resource| {
            let table = table::table(view, resource, [Field::from(&tree)].into_iter(), now, true);
            let row = table.rows.into_iter().next().unwrap_or_default();
            table.headings.into_iter().zip(row).skip(1).filter(is_said).collect()
        });
        InspectView {
            object: object.clone(),
            exists: true,
            is_deleting: found.meta.is_terminating(),
            facts: facts.unwrap_or_default(),
            failure: scene::failure(found),
            containers: scene::containers(found),
            conditions: scene::conditions(found),
            owners: scene::owners(&self.cluster, found),
            yaml: yaml.into(),
        }
    }

    fn events(&self, object: Option<&ObjectRef>) -> EventsView {
        let (view, now) = (self.cluster.model().view(), self.cluster.now());
        let all = scene::events(&self.cluster, object);
        let older = all.len().saturating_sub(EVENTS_MAX);
        let shown = &all[older..];
        let trees: Vec<_> = shown.iter().map(|one| outward(one)).collect();
        let kinds = resource::meant_by(view, "events");
        let rows = kinds
            .first()
            .map(|kind| table::table(view, kind, trees.iter().map(Field::from), now, false).rows);
        let row = |(event, row): (&&Rc<podium::api::Object>, Vec<String>)| {
            let mut cells = row.into_iter();
            let mut cell = || cells.next().unwrap_or_default();
            let about = scene::about(event);
            EventView {
                uid: event.meta.uid.to_string().into(),
                last_seen: cell(),
                is_warning: cell() == "Warning",
                reason: cell(),
                object: cell(),
                message: cell(),
                last_us: scene::told_at(event).0,
                identity: scene::identity(&self.cluster, &about),
                about,
                count: scene::told_times(event),
            }
        };
        let events = shown.iter().zip(rows.unwrap_or_default()).map(row).collect();
        EventsView { object: object.cloned(), events, older }
    }
}
