//! The examples that the page offers.
//!
//! Owns their order and their texts; the words about them are in the catalogue. Invariant: the
//! first example is the one that a first visit opens.

use podium::view::words::PageWords;

/// One of the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Example {
    /// A Deployment and a StatefulSet side by side.
    #[default]
    WebAndDatabase,
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
    pub(crate) const ALL: [Example; 9] = [
        Example::WebAndDatabase,
        Example::HeadlessService,
        Example::CanaryPartition,
        Example::SharedFiles,
        Example::InitContainers,
        Example::NodeLoss,
        Example::BudgetAndDrain,
        Example::Controllers,
        Example::DaemonsAndJob,
    ];

    /// The manifest.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Example::WebAndDatabase => include_str!("../../static/examples/web-and-database.yaml"),
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

    /// What the example is called and what it shows.
    pub(crate) const fn words(self, words: &PageWords) -> (&'static str, &'static str) {
        match self {
            Example::WebAndDatabase => (words.example_web_db, words.example_web_db_about),
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
