//! Conversations as trees, and how they are written (RFC 5256 §4).
//!
//! **Invariant:** no node lies below itself, and nothing here recurses: a chain may be as long as a folder.

/// A conversation, or a part of one. A node without a message stands for one that is not here.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Which message, as an index into those that were found.
    pub(super) message: Option<usize>,
    /// What it lies below, while that is found out.
    parent: Option<usize>,
    /// What lies below it, once that is known.
    pub(super) children: Vec<usize>,
}

/// Nodes that know each other by index.
#[derive(Debug, Default)]
pub(super) struct Forest {
    pub(super) nodes: Vec<Node>,
    /// The conversations.
    pub(super) roots: Vec<usize>,
}

/// How many nodes above another are looked at before the rest is taken for a loop: deeper than people answer each other.
const DEPTH: usize = 1_000;

impl Forest {
    /// Adds a node that lies below none.
    pub(super) fn add(&mut self, message: Option<usize>) -> usize {
        self.nodes.push(Node { message, ..Node::default() });
        self.nodes.len() - 1
    }

    /// Whether it is known what a node lies below.
    pub(super) fn has_parent(&self, node: usize) -> bool {
        self.nodes[node].parent.is_some()
    }

    /// Puts `child` below `parent`, or below none; not where it would lie below itself.
    pub(super) fn put_below(&mut self, parent: Option<usize>, child: usize) {
        let mut above = parent;
        for _ in 0..DEPTH {
            match above {
                Some(node) if node == child => return,
                Some(node) => above = self.nodes[node].parent,
                None => {
                    self.nodes[child].parent = parent;
                    return;
                }
            }
        }
    }

    /// Fills in the roots and what lies below each node, once all is put where it belongs.
    pub(super) fn gather(&mut self) {
        for node in 0..self.nodes.len() {
            match self.nodes[node].parent {
                Some(parent) => self.nodes[parent].children.push(node),
                None => self.roots.push(node),
            }
        }
    }

    /// Every node, each before those below it.
    fn downwards(&self) -> Vec<usize> {
        let mut order = self.roots.clone();
        let mut at = 0;
        while let Some(node) = order.get(at) {
            order.extend(&self.nodes[*node].children);
            at += 1;
        }
        order
    }

    /// Takes out the nodes without a message: what lies below them moves up, but several of one do not become
    /// conversations of their own (RFC 5256 §3, REFERENCES, step 3).
    pub(super) fn prune(&mut self) {
        for node in self.downwards().into_iter().rev() {
            let children = std::mem::take(&mut self.nodes[node].children);
            let mut kept = Vec::new();
            for child in children {
                if self.nodes[child].message.is_some() {
                    kept.push(child);
                    continue;
                }
                let mut moved = std::mem::take(&mut self.nodes[child].children);
                if moved.len() > kept.len() {
                    // The order is found later; this way no list is copied again and again.
                    std::mem::swap(&mut moved, &mut kept);
                }
                kept.append(&mut moved);
            }
            self.nodes[node].children = kept;
        }
        let nodes = &self.nodes;
        let root = |root: usize| match (nodes[root].message, nodes[root].children.as_slice()) {
            (None, []) => None,
            (None, [only]) => Some(*only),
            _ => Some(root),
        };
        self.roots = self.roots.iter().filter_map(|node| root(*node)).collect();
    }

    /// Puts the roots, and what lies below each node, in order; `rank` is that of a message, and what has none is where
    /// its first one is.
    pub(super) fn sort<K: Ord + Copy>(&mut self, rank: impl Fn(usize) -> K) {
        let mut ranks: Vec<Option<K>> = self.nodes.iter().map(|node| node.message.map(&rank)).collect();
        for node in self.downwards().into_iter().rev() {
            let mut children = std::mem::take(&mut self.nodes[node].children);
            children.sort_by_key(|child| ranks[*child]);
            if ranks[node].is_none() {
                ranks[node] = children.first().and_then(|first| ranks[*first]);
            }
            self.nodes[node].children = children;
        }
        self.roots.sort_by_key(|root| ranks[*root]);
    }

    /// Writes the conversations, with what each message is called.
    pub(super) fn write(&self, name: impl Fn(usize) -> u32) -> String {
        let mut text = String::new();
        let mut rest: Vec<Sign> = self.roots.iter().rev().flat_map(|root| in_parentheses(*root)).collect();
        while let Some(sign) = rest.pop() {
            let node = match sign {
                Sign::Open => {
                    // RFC 5256 §4: a space stands before the members of a conversation, but not before the first.
                    if text.ends_with(|last: char| last.is_ascii_digit()) {
                        text.push(' ');
                    }
                    text.push('(');
                    continue;
                }
                Sign::Close => {
                    text.push(')');
                    continue;
                }
                Sign::Node(node) => &self.nodes[node],
            };
            if let Some(message) = node.message {
                if !text.ends_with('(') {
                    text.push(' ');
                }
                text.push_str(&name(message).to_string());
            }
            match node.children.as_slice() {
                [only] => rest.push(Sign::Node(*only)),
                several => rest.extend(several.iter().rev().flat_map(|child| in_parentheses(*child))),
            }
        }
        text
    }
}

/// What is still to be written.
enum Sign {
    Open,
    Node(usize),
    Close,
}

/// The last comes first.
const fn in_parentheses(node: usize) -> [Sign; 3] {
    [Sign::Close, Sign::Node(node), Sign::Open]
}
