//! Which text the cluster was given last, in each run at each moment.
//!
//! Must not know what a text holds. Invariant: a run knows the texts of its past and no others;
//! before the first the text is empty.

use std::rc::Rc;

/// A text and the moment, in virtual microseconds, at which it was given.
type Given = (u64, Rc<str>);

/// The texts of a cluster's runs.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    runs: Vec<(u32, Vec<Given>)>,
}

impl Texts {
    /// Notes a text that a run is given at a moment. What had lain ahead is forgotten.
    pub fn note(&mut self, run: u32, at_us: u64, text: Rc<str>) {
        self.cut(run, at_us);
        match self.runs.iter_mut().find(|one| one.0 == run) {
            Some((_, texts)) => texts.push((at_us, text)),
            None => self.runs.push((run, vec![(at_us, text)])),
        }
    }

    /// The text that a run was given last up to a moment.
    pub fn at(&self, run: u32, now_us: u64) -> Rc<str> {
        let past = self.of(run).iter().rev().find(|(at_us, _)| *at_us <= now_us);
        past.map_or_else(|| "".into(), |(_, text)| text.clone())
    }

    /// A run goes on from a moment under another number, with the same past.
    pub fn fork(&mut self, run: u32, at_us: u64, new: u32) {
        let texts = self.of(run).to_vec();
        self.runs.push((new, texts));
        self.cut(new, at_us);
    }

    /// Forgets what a run was given after a moment.
    pub fn cut(&mut self, run: u32, at_us: u64) {
        if let Some((_, texts)) = self.runs.iter_mut().find(|one| one.0 == run) {
            texts.retain(|(at, _)| *at <= at_us);
        }
    }

    /// Says texts in other words.
    pub fn reword(&mut self, reword: &dyn Fn(&Rc<str>) -> Rc<str>) {
        for (_, text) in self.runs.iter_mut().flat_map(|(_, texts)| texts) {
            *text = reword(text);
        }
    }

    fn of(&self, run: u32) -> &[Given] {
        let found = self.runs.iter().find(|one| one.0 == run);
        found.map_or(&[], |(_, texts)| texts)
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn each_run_has_the_texts_of_its_past() {
        let mut texts = Texts::default();
        assert_eq!(&*texts.at(0, 5), "");
        texts.note(0, 0, "a".into());
        texts.note(0, 20, "b".into());
        assert_eq!([&*texts.at(0, 19), &*texts.at(0, 20)], ["a", "b"]);
        texts.fork(0, 10, 1);
        assert_eq!([&*texts.at(1, 30), &*texts.at(0, 30)], ["a", "b"]);
        texts.note(1, 12, "c".into());
        assert_eq!([&*texts.at(1, 30), &*texts.at(0, 30)], ["c", "b"]);
    }

    #[test]
    fn who_went_back_and_acts_leaves_what_lay_ahead() {
        let mut texts = Texts::default();
        texts.note(0, 0, "a".into());
        texts.note(0, 20, "b".into());
        texts.note(0, 10, "c".into());
        assert_eq!(&*texts.at(0, 30), "c");
        texts.cut(0, 5);
        assert_eq!(&*texts.at(0, 30), "a");
        texts.reword(&|text| format!("{text}!").into());
        assert_eq!(&*texts.at(0, 30), "a!");
    }
}
