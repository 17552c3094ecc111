//! The words of the nodes.
//!
//! Owns text only. Invariant: a node that nobody can reach is not called ready.

use super::Lang;
use super::stage::duration;
use crate::view::stage::{DrainView, NodeState, NodeView};

/// A node's condition.
pub fn node_state(lang: Lang, node: &NodeView) -> String {
    let word = match node.state {
        NodeState::Ready if node.failed => return lang.pick("out of reach", "失去联系").into(),
        NodeState::Ready if !node.taints.is_empty() => {
            return lang.pick("Ready, tainted", "Ready，有污点").into();
        }
        NodeState::Ready => return "Ready".into(),
        NodeState::Cordoned if node.is_written_off => {
            return lang.pick("Ready, out of service", "Ready，仍停止服务").into();
        }
        NodeState::Cordoned => return lang.pick("cordoned", "已封锁").into(),
        NodeState::Draining => {
            let word = lang.pick("draining", "排空中");
            let drain = node.drain.as_ref().filter(|drain| drain.of > 0);
            return drain.map_or_else(
                || word.to_owned(),
                |drain| format!("{word} {}/{}", drain.gone, drain.of),
            );
        }
        NodeState::OutOfService => return lang.pick("out of service", "已停用").into(),
        NodeState::NotReady => "NotReady",
    };
    let since = node_since(lang, node);
    since.map_or_else(|| word.into(), |[joint, since]| format!("{word} {joint} {since}"))
}

/// For how long a node is not ready, and the word before it.
pub fn node_since(lang: Lang, node: &NodeView) -> Option<[String; 2]> {
    let since = node.since_s.filter(|_| node.state == NodeState::NotReady)?;
    Some([lang.pick("for", "已").into(), duration(since, 1)])
}

/// How far a drain has come, for ears.
pub fn drain_progress(lang: Lang, node: &str, drain: &DrainView) -> String {
    let DrainView { gone, of, .. } = drain;
    lang.pick(
        format!("Draining {node}: {gone} of {of} gone"),
        format!("正在排空 {node}：{of} 个中已离开 {gone} 个"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_node_says_for_how_long() {
        let node =
            NodeView { state: NodeState::NotReady, since_s: Some(308), ..NodeView::default() };
        assert_eq!(node_state(Lang::En, &node), "NotReady for 5:08");
        assert_eq!(node_state(Lang::Zh, &node), "NotReady 已 5:08");
    }

    #[test]
    fn a_failed_node_is_not_called_ready_although_the_cluster_still_thinks_so() {
        let node = NodeView { failed: true, ..NodeView::default() };
        assert_eq!(node_state(Lang::En, &node), "out of reach");
        assert_eq!(node_state(Lang::Zh, &node), "失去联系");
    }

    #[test]
    fn a_node_that_came_back_says_that_it_is_still_out_of_service() {
        let node =
            NodeView { state: NodeState::Cordoned, is_written_off: true, ..NodeView::default() };
        assert_eq!(node_state(Lang::En, &node), "Ready, out of service");
    }
}
