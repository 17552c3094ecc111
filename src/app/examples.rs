//! The examples that the page offers.
//!
//! Owns their order and their texts; the words about them are in the catalogue. Invariant: the
//! first example is the one that a first visit opens.

use podium::view::words::{Lang, PageWords, page::NOTES};
use std::collections::BTreeSet;
use std::rc::Rc;

/// One of the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Example {
    /// A Deployment and a StatefulSet side by side.
    #[default]
    WebAndDatabase,
    /// Pods that start together and Pods that wait for one another.
    StartInOrder,
    /// A StatefulSet behind a headless Service.
    HeadlessService,
    /// A StatefulSet of which only a part takes a new template.
    CanaryPartition,
    /// A claim that several Pods share.
    SharedFiles,
    /// Init containers and a sidecar.
    InitContainers,
    /// What becomes of Pods on a node that is lost.
    NodeLoss,
    /// A disruption budget that a drain has to heed.
    BudgetAndDrain,
    /// A ReplicationController and a ReplicaSet.
    Controllers,
    /// A DaemonSet and a Job.
    DaemonsAndJob,
}

impl Example {
    /// Every example, in the order of the menu.
    pub(crate) const ALL: [Example; 10] = [
        Example::WebAndDatabase,
        Example::StartInOrder,
        Example::HeadlessService,
        Example::CanaryPartition,
        Example::SharedFiles,
        Example::InitContainers,
        Example::NodeLoss,
        Example::BudgetAndDrain,
        Example::Controllers,
        Example::DaemonsAndJob,
    ];

    /// The manifest, with its comments in a language.
    pub(crate) fn text(self, lang: Lang) -> Rc<str> {
        let text = self.english();
        let put = |text: String, (english, chinese): &(&str, &str)| text.replace(english, chinese);
        match lang {
            Lang::En => text.into(),
            Lang::Zh => NOTES.iter().fold(text.to_owned(), put).into(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Example::WebAndDatabase => include_str!("../../static/examples/web-and-database.yaml"),
            Example::StartInOrder => include_str!("../../static/examples/start-in-order.yaml"),
            Example::HeadlessService => include_str!("../../static/examples/headless-service.yaml"),
            Example::CanaryPartition => {
                include_str!("../../static/examples/canary-by-partition.yaml")
            }
            Example::SharedFiles => include_str!("../../static/examples/shared-files.yaml"),
            Example::InitContainers => include_str!("../../static/examples/init-containers.yaml"),
            Example::NodeLoss => include_str!("../../static/examples/node-loss.yaml"),
            Example::BudgetAndDrain => {
                include_str!("../../static/examples/budget-and-drain.yaml")
            }
            Example::Controllers => {
                include_str!("../../static/examples/replication-controller.yaml")
            }
            Example::DaemonsAndJob => include_str!("../../static/examples/daemons-and-job.yaml"),
        }
    }

    /// Whether a text is the example's in either language, whatever its steppers wrote back into it.
    pub(crate) fn is_in(self, text: &str) -> bool {
        Lang::ALL.into_iter().any(|lang| Self::is_same(&self.text(lang), text))
    }

    fn is_same(mine: &str, theirs: &str) -> bool {
        let is_count = |line: &str| line.trim_start().starts_with("replicas:");
        let (mut mine, mut theirs) = (mine.lines(), theirs.lines());
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b || (is_count(a) && is_count(b)) => {}
                _ => return false,
            }
        }
    }

    /// Whether a text is still about what the example is about: half of its lines are there.
    pub(crate) fn is_akin(self, text: &str) -> bool {
        let mine: BTreeSet<&str> = self.english().lines().map(str::trim_end).collect();
        let kept: BTreeSet<&str> =
            text.lines().map(str::trim_end).filter(|line| mine.contains(line)).collect();
        kept.len() * 2 >= mine.len()
    }

    /// What the example is called and what it shows.
    pub(crate) const fn words(self, words: &PageWords) -> (&'static str, &'static str) {
        match self {
            Example::WebAndDatabase => (words.example_web_db, words.example_web_db_about),
            Example::StartInOrder => (words.example_order, words.example_order_about),
            Example::HeadlessService => {
                (words.example_first_light, words.example_first_light_about)
            }
            Example::CanaryPartition => (words.example_canary, words.example_canary_about),
            Example::SharedFiles => (words.example_shared, words.example_shared_about),
            Example::InitContainers => (words.example_init, words.example_init_about),
            Example::NodeLoss => (words.example_node_loss, words.example_node_loss_about),
            Example::BudgetAndDrain => (words.example_budget, words.example_budget_about),
            Example::Controllers => (words.example_controllers, words.example_controllers_about),
            Example::DaemonsAndJob => (words.example_daemons, words.example_daemons_about),
        }
    }

    /// The name under which the choice is kept.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Example::WebAndDatabase => "web-and-database",
            Example::StartInOrder => "start-in-order",
            Example::HeadlessService => "headless-service",
            Example::CanaryPartition => "canary-by-partition",
            Example::SharedFiles => "shared-files",
            Example::InitContainers => "init-containers",
            Example::NodeLoss => "node-loss",
            Example::BudgetAndDrain => "budget-and-drain",
            Example::Controllers => "replication-controller",
            Example::DaemonsAndJob => "daemons-and-job",
        }
    }

    /// The example of a kept name.
    pub(crate) fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|example| example.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Example, NOTES};
    use podium::view::words::Lang;

    #[test]
    fn comments_are_in_the_language_of_the_page_and_make_no_other_example() {
        for example in Example::ALL {
            let comments = |text: &str| -> Vec<String> {
                let found = text.lines().filter_map(|line| line.split_once('#'));
                found.map(|(_, comment)| comment.to_owned()).collect()
            };
            let chinese = example.text(Lang::Zh);
            assert!(comments(&chinese).iter().all(|one| !one.is_ascii()), "{chinese}");
            assert!(example.is_in(&chinese) && example.is_akin(&chinese));
            assert_eq!(comments(&chinese).len(), comments(&example.text(Lang::En)).len());
        }
        let all: String = Example::ALL.iter().map(|one| one.english()).collect();
        assert!(NOTES.iter().all(|(english, _)| all.contains(english)));
    }

    #[test]
    fn an_example_stays_one_when_its_steppers_were_used() {
        let text = Example::StartInOrder.english();
        assert!(Example::StartInOrder.is_in(text));
        assert!(Example::StartInOrder.is_in(&text.replace("replicas: 3", "replicas: 12")));
        assert!(!Example::StartInOrder.is_in(&text.replace("nginx:1.27", "nginx:1.28")));
        assert!(!Example::StartInOrder.is_in(&format!("{text}\n# mine")));
    }

    #[test]
    fn a_text_of_ones_own_is_no_example_any_more() {
        let text = Example::WebAndDatabase.english();
        assert!(Example::WebAndDatabase.is_akin(&text.replace("nginx:1.27", "nginx:1.28")));
        assert!(Example::WebAndDatabase.is_akin(&text[text.find("---").unwrap_or_default()..]));
        let own = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\n";
        assert!(!Example::WebAndDatabase.is_akin(own));
        assert!(!Example::WebAndDatabase.is_akin(""));
    }
}
