//! Pod specs that were completed and admitted before, so that the Pods of a template share one.
//!
//! Must not know the store. Invariant: it only saves work; what it gives is what completing
//! and admitting the same spec anew would give.

use std::hash::{Hash, Hasher};
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

/// A copy starts with nothing: memory of work done is no part of a state.
impl Clone for Settled {
    fn clone(&self) -> Self {
        Settled::default()
    }
}

impl PartialEq for Settled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Settled {}

impl Hash for Settled {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
