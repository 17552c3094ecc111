//! Pod specs that were completed and admitted before, so that the Pods of a template share one.
//!
//! Must not know the store. Invariant: it only saves work; what it gives is what completing
//! and admitting the same spec anew would give.

use std::rc::Rc;

use crate::api::pod::PodSpec;
use crate::base::Str;

/// Templates that are remembered at once.
const MAX: usize = 256;

/// What became of the specs of templates.
#[derive(Debug, Default)]
pub(in crate::server) struct Settled(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    namespace: Str,
    given: Rc<PodSpec>,
    admitted: Rc<PodSpec>,
}

impl Settled {
    /// What this very spec became before in this Namespace.
    pub(in crate::server) fn get(
        &self,
        namespace: &Str,
        given: &Rc<PodSpec>,
    ) -> Option<&Rc<PodSpec>> {
        let is_it = |one: &&Entry| Rc::ptr_eq(&one.given, given) && one.namespace == *namespace;
        self.0.iter().rev().find(is_it).map(|one| &one.admitted)
    }

    /// Remembers what a spec became.
    pub(in crate::server) fn keep(
        &mut self,
        namespace: &Str,
        given: Rc<PodSpec>,
        admitted: &Rc<PodSpec>,
    ) {
        if self.0.len() == MAX {
            self.0.clear();
        }
        let (namespace, admitted) = (namespace.clone(), Rc::clone(admitted));
        self.0.push(Entry { namespace, given, admitted });
    }

    /// Forgets everything, since what admission goes by has changed.
    pub(in crate::server) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::pod::{Container, Pod};
    use crate::api::policy::PriorityClass;
    use crate::api::{Body, Object};
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Server};

    fn create(server: &mut Server, object: Object) -> Rc<Object> {
        match server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO) {
            Ok(Outcome::Created(made)) => made,
            other => panic!("{other:?}"),
        }
    }

    fn pod(name: &str, spec: &Rc<PodSpec>) -> Object {
        let body = Pod { spec: Rc::clone(spec), ..Pod::default() };
        Object::new("default", name, Body::Pod(body))
    }

    #[test]
    fn pods_of_a_template_share_a_spec_until_admission_goes_by_something_else() {
        let mut server = Server::new(Seed(1));
        let one = Container { name: "app".into(), image: "nginx:1".into(), ..Container::default() };
        let spec = Rc::new(PodSpec { containers: vec![one], ..PodSpec::default() });
        let spec_of = |object: &Object| Rc::clone(&object.pod().expect("a Pod").spec);
        let first = spec_of(&create(&mut server, pod("a", &spec)));
        let second = create(&mut server, pod("b", &spec));
        assert!(Rc::ptr_eq(&first, &spec_of(&second)));
        assert_eq!(
            second.pod().and_then(|pod| pod.status.qos_class.as_deref()),
            Some("BestEffort")
        );
        let usual = PriorityClass { value: 7, global_default: true, ..PriorityClass::default() };
        create(&mut server, Object::new("", "usual", Body::PriorityClass(usual)));
        let third = spec_of(&create(&mut server, pod("c", &spec)));
        assert_eq!((first.priority, third.priority), (Some(0), Some(7)));
        let mut anew = server.clone();
        let (here, there) = (pod("d", &spec), pod("d", &spec));
        assert_eq!(create(&mut server, here), create(&mut anew, there));
    }
}
