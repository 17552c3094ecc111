//! What admission demands of policies that hold for the whole cluster.
//!
//! Must not know who is governed. Invariant: one PriorityClass at most is the default.

use crate::api::{Kind, Object};
use crate::server::{Refusal, View};

/// Refuses a second default.
///
/// Models plugin/pkg/admission/priority/admission.go validatePriorityClass
pub(in crate::server) fn check(new: &Object, view: &View) -> Result<(), Refusal> {
    let is_default = |one: &Object| one.priority_class().is_some_and(|class| class.global_default);
    if !is_default(new) {
        return Ok(());
    }
    let mut others = view.table(Kind::PriorityClass).iter();
    let other = others.find(|one| one.meta.name != new.meta.name && is_default(one));
    other.map_or(Ok(()), |other| {
        let why = format!(
            "PriorityClass {} is already marked as default. Only one default can exist",
            other.meta.name
        );
        Err(Refusal::Forbidden(Kind::PriorityClass, new.meta.name.clone(), why.into()))
    })
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::api::Body;
    use crate::api::policy::PriorityClass;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Server};

    #[test]
    fn there_is_one_default_class_at_most() {
        let mut server = Server::new(Seed(1));
        let mut create = |name: &str| {
            let class = PriorityClass { global_default: true, ..PriorityClass::default() };
            let object = Object::new("", name, Body::PriorityClass(class));
            server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO).map(|_| ())
        };
        create("a").expect("the first");
        assert_eq!(
            create("b").expect_err("the second").to_string(),
            "priorityclasses.scheduling.k8s.io \"b\" is forbidden: PriorityClass a is already \
             marked as default. Only one default can exist"
        );
    }
}
