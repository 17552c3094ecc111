//! The nodes of the persistent map: a B+ tree whose nodes are shared until they are written.
//!
//! Must not know its owner. Invariant: all leaves are equally deep; the key beside a child is
//! no greater than its keys and greater than all keys before it, the first child's excepted,
//! which is never looked at; no leaf is empty but the root.
//!
//! Written for short code: each pair of a key and a value brings all of this once more into
//! the page.

use std::cmp::Ordering;
use std::ops::Bound;
use std::rc::Rc;
use std::slice;

use equivalent::Comparable;

/// A node holds so many entries or children at most.
const MAX: usize = 16;
/// A node with fewer is joined with one beside it if both fit into one.
const MIN: usize = 6;

type Child<K, V> = (K, Rc<Node<K, V>>);

/// A part of the tree.
pub(super) enum Node<K, V> {
    /// Entries in the order of their keys.
    Leaf(Vec<(K, V)>),
    /// Children, never none.
    Branch(Vec<Child<K, V>>),
}

impl<K: Clone, V: Clone> Clone for Node<K, V> {
    fn clone(&self) -> Self {
        match self {
            Node::Leaf(entries) => Node::Leaf(copy(entries)),
            Node::Branch(children) => Node::Branch(copy(children)),
        }
    }
}

/// A copy with room for one more, since a copy is made in order to write.
fn copy<T: Clone>(items: &[T]) -> Vec<T> {
    let mut copy = Vec::with_capacity(items.len() + 1);
    copy.extend_from_slice(items);
    copy
}

/// Where among children a key belongs.
fn place<K, V, Q: Comparable<K> + ?Sized>(children: &[Child<K, V>], key: &Q) -> usize {
    children[1..].partition_point(|(low, _)| key.compare(low) != Ordering::Less)
}

impl<K, V> Node<K, V> {
    /// A tree without entries.
    pub(super) const fn new() -> Self {
        Node::Leaf(Vec::new())
    }

    /// The value at a key.
    pub(super) fn get<Q: Comparable<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        let mut node = self;
        loop {
            match node {
                Node::Leaf(entries) => {
                    return entries.get(find(entries, key).ok()?).map(|(_, value)| value);
                }
                Node::Branch(children) => node = &children[place(children, key)].1,
            }
        }
    }

    /// The entry with the smallest key.
    pub(super) fn first(&self) -> Option<(&K, &V)> {
        let mut node = self;
        loop {
            match node {
                Node::Leaf(entries) => return entries.first().map(|(key, value)| (key, value)),
                Node::Branch(children) => node = &children.first()?.1,
            }
        }
    }

    /// The entry with the greatest key.
    pub(super) fn last(&self) -> Option<(&K, &V)> {
        let mut node = self;
        loop {
            match node {
                Node::Leaf(entries) => return entries.last().map(|(key, value)| (key, value)),
                Node::Branch(children) => node = &children.last()?.1,
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Node::Leaf(entries) => entries.len(),
            Node::Branch(children) => children.len(),
        }
    }
}

fn find<K, V, Q: Comparable<K> + ?Sized>(entries: &[(K, V)], key: &Q) -> Result<usize, usize> {
    entries.binary_search_by(|(one, _)| key.compare(one).reverse())
}

/// The value at a key that is there, to change in place.
pub(super) fn get_mut<'a, K: Clone, V: Clone, Q: Comparable<K> + ?Sized>(
    root: &'a mut Rc<Node<K, V>>,
    key: &Q,
) -> Option<&'a mut V> {
    let mut node = root;
    loop {
        match Rc::make_mut(node) {
            Node::Leaf(entries) => {
                let at = find(entries, key).ok()?;
                return entries.get_mut(at).map(|(_, value)| value);
            }
            Node::Branch(children) => {
                let at = place(children, key);
                node = &mut children[at].1;
            }
        }
    }
}

/// Sets the value at a key.
pub(super) fn insert<K: Ord + Clone, V: Clone>(
    root: &mut Rc<Node<K, V>>,
    key: K,
    value: V,
) -> Option<V> {
    let mut old = None;
    if let Some(right) = insert_below(root, key, value, &mut old) {
        let left = std::mem::replace(root, Rc::new(Node::new()));
        // The first child's key is never looked at.
        let low = right.0.clone();
        *root = Rc::new(Node::Branch(vec![(low, left), right]));
    }
    old
}

/// Sets the value at a key; what does not fit into the node comes back as one that belongs
/// behind it.
fn insert_below<K: Ord + Clone, V: Clone>(
    node: &mut Rc<Node<K, V>>,
    key: K,
    value: V,
    old: &mut Option<V>,
) -> Option<Child<K, V>> {
    match Rc::make_mut(node) {
        Node::Leaf(entries) => {
            let at = match find(entries, &key) {
                Ok(at) => {
                    *old = Some(std::mem::replace(&mut entries[at].1, value));
                    return None;
                }
                Err(at) => at,
            };
            let rest = insert_at(entries, at, (key, value))?;
            let low = rest.first()?.0.clone();
            Some((low, Rc::new(Node::Leaf(rest))))
        }
        Node::Branch(children) => {
            let at = place(children, &key);
            let more = insert_below(&mut children[at].1, key, value, old)?;
            let rest = insert_at(children, at + 1, more)?;
            let low = rest.first()?.0.clone();
            Some((low, Rc::new(Node::Branch(rest))))
        }
    }
}

/// Makes room for another item, and for a few more: left alone a list would grow to twice its
/// length, beyond what a node ever holds.
fn make_room<T>(items: &mut Vec<T>) {
    const STEP: usize = 4;
    if items.len() == items.capacity() {
        items.reserve_exact(STEP.min(MAX - items.len()));
    }
}

/// Puts an item into a list; the later half of one that is too long comes back.
fn insert_at<T>(items: &mut Vec<T>, at: usize, item: T) -> Option<Vec<T>> {
    // Keys often come in order: then the nodes behind them stay full.
    let is_last = at == items.len();
    if items.len() < MAX {
        make_room(items);
        items.insert(at, item);
        return None;
    }
    if is_last {
        let mut rest = Vec::with_capacity(MAX);
        rest.push(item);
        return Some(rest);
    }
    let mut rest = items.split_off(MAX / 2);
    if at <= MAX / 2 {
        items.insert(at, item);
    } else {
        rest.insert(at - MAX / 2, item);
    }
    Some(rest)
}

/// Takes the entry of a key away that is there.
pub(super) fn remove<K: Clone, V: Clone, Q: Comparable<K> + ?Sized>(
    root: &mut Rc<Node<K, V>>,
    key: &Q,
) -> Option<V> {
    let old = remove_below(root, key);
    while let Node::Branch(children) = &**root {
        *root = match children.as_slice() {
            [] => Rc::new(Node::new()),
            [(_, only)] => Rc::clone(only),
            _ => break,
        };
    }
    old
}

fn remove_below<K: Clone, V: Clone, Q: Comparable<K> + ?Sized>(
    node: &mut Rc<Node<K, V>>,
    key: &Q,
) -> Option<V> {
    match Rc::make_mut(node) {
        Node::Leaf(entries) => {
            let at = find(entries, key).ok()?;
            Some(entries.remove(at).1)
        }
        Node::Branch(children) => {
            let at = place(children, key);
            let old = remove_below(&mut children[at].1, key);
            let rest = children[at].1.len();
            if rest == 0 {
                children.remove(at);
            } else if rest < MIN {
                let fits = |left: usize| {
                    let pair = children.get(left..left + 2);
                    pair.is_some_and(|pair| pair[0].1.len() + pair[1].1.len() <= MAX)
                };
                if fits(at) {
                    join(children, at);
                } else if at > 0 && fits(at - 1) {
                    join(children, at - 1);
                }
            }
            old
        }
    }
}

/// Makes one node of a child and the one behind it.
fn join<K: Clone, V: Clone>(children: &mut Vec<Child<K, V>>, left: usize) {
    let (low, right) = children.remove(left + 1);
    match (Rc::make_mut(&mut children[left].1), Rc::unwrap_or_clone(right)) {
        (Node::Leaf(entries), Node::Leaf(more)) => entries.extend(more),
        (Node::Branch(children), Node::Branch(mut more)) => {
            // What was the first child is none any more, so its key counts.
            if let Some(first) = more.first_mut() {
                first.0 = low;
            }
            children.extend(more);
        }
        _ => unreachable!("all leaves are equally deep"),
    }
}

/// Entries in the order of their keys.
pub(super) struct Iter<'a, K, V> {
    /// The children behind the way to the leaf.
    behind: Vec<slice::Iter<'a, Child<K, V>>>,
    leaf: slice::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iter<'a, K, V> {
    /// All entries of a tree.
    pub(super) fn new(root: &'a Node<K, V>) -> Self {
        let mut iter = Iter { behind: Vec::new(), leaf: [].iter() };
        iter.enter(root);
        iter
    }

    /// The entries of a tree from a key on.
    pub(super) fn from(root: &'a Node<K, V>, low: Bound<&K>) -> Self
    where
        K: Ord,
    {
        let (key, is_in) = match low {
            Bound::Included(key) => (key, true),
            Bound::Excluded(key) => (key, false),
            Bound::Unbounded => return Iter::new(root),
        };
        let mut iter = Iter { behind: Vec::new(), leaf: [].iter() };
        let mut node = root;
        loop {
            match node {
                Node::Leaf(entries) => {
                    let at = match find(entries, key) {
                        Ok(at) => at + usize::from(!is_in),
                        Err(at) => at,
                    };
                    iter.leaf = entries[at..].iter();
                    return iter;
                }
                Node::Branch(children) => {
                    let at = place(children, key);
                    iter.behind.push(children[at + 1..].iter());
                    node = &children[at].1;
                }
            }
        }
    }

    fn enter(&mut self, root: &'a Node<K, V>) {
        let mut node = root;
        loop {
            match node {
                Node::Leaf(entries) => {
                    self.leaf = entries.iter();
                    return;
                }
                Node::Branch(children) => {
                    let mut rest = children.iter();
                    let Some((_, first)) = rest.next() else { return };
                    self.behind.push(rest);
                    node = first;
                }
            }
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.leaf.next() {
                return Some((key, value));
            }
            match self.behind.last_mut()?.next() {
                Some((_, child)) => self.enter(child),
                None => drop(self.behind.pop()),
            }
        }
    }
}
