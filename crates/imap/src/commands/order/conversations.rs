//! Which messages belong together (RFC 5256 §3).

use std::collections::HashMap;

use domain::Timestamp;
use mailbox::Ordered;

use super::subject::{BaseSubject, base};
use super::tree::Forest;

/// When a message was sent; where it does not say so, when it arrived.
pub(super) fn sent(message: &Ordered) -> Timestamp {
    message.sent_at.unwrap_or(message.received_at)
}

/// `ORDEREDSUBJECT`: all with one subject, the later below the first.
pub(super) fn by_subject(found: &[Ordered]) -> Forest {
    let mut forest = Forest::default();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|message| (sent(&found[*message]), *message));
    let mut first: HashMap<String, usize> = HashMap::new();
    for message in order {
        let node = forest.add(Some(message));
        let root = *first.entry(base(&found[message].subject).text).or_insert(node);
        if root != node {
            forest.put_below(Some(root), node);
        }
    }
    forest.gather();
    forest.sort(|message| (sent(&found[message]), message));
    forest
}

/// `REFERENCES`: an answer lies below what it answers; what has lost its references is found by its subject.
pub(super) fn by_references(found: &[Ordered]) -> Forest {
    let mut forest = linked(found);
    forest.gather();
    forest.prune();
    forest.sort(|message| (sent(&found[message]), message));
    merge(&mut forest, found);
    forest.sort(|message| (sent(&found[message]), message));
    forest
}

/// Step 1: each message below the last one that it refers to.
fn linked(found: &[Ordered]) -> Forest {
    let mut forest = Forest::default();
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for (message, one) in found.iter().enumerate() {
        let named = one.header_id.as_deref().map(|id| *ids.entry(id).or_insert_with(|| forest.add(None)));
        let node = match named {
            Some(node) if forest.nodes[node].message.is_none() => {
                forest.nodes[node].message = Some(message);
                node
            }
            // Two messages with one id are two messages.
            Some(_) | None => forest.add(Some(message)),
        };
        let mut last = None;
        for id in &one.references {
            let next = *ids.entry(id).or_insert_with(|| forest.add(None));
            if last.is_some() && !forest.has_parent(next) {
                forest.put_below(last, next);
            }
            last = Some(next);
        }
        // What the message says of itself counts more than what others say of it.
        forest.put_below(last, node);
    }
    forest
}

/// Step 5: conversations of the same subject become one.
fn merge(forest: &mut Forest, found: &[Ordered]) {
    let subjects: Vec<BaseSubject> =
        forest.roots.iter().map(|root| subject_of(forest, found, *root)).collect();
    let mut table: HashMap<&str, usize> = HashMap::new();
    for (place, subject) in subjects.iter().enumerate().filter(|(_, subject)| !subject.text.is_empty()) {
        let known = table.entry(&subject.text).or_insert(place);
        let is_dummy = |place: usize| forest.nodes[forest.roots[place]].message.is_none();
        let is_better = (is_dummy(place) && !is_dummy(*known))
            || (subjects[*known].is_reply && !subject.is_reply && !is_dummy(*known));
        if is_better {
            *known = place;
        }
    }
    // Where the conversation stands that began at each place; nothing once it is part of another.
    let mut roots: Vec<Option<usize>> = forest.roots.iter().copied().map(Some).collect();
    for (place, subject) in subjects.iter().enumerate() {
        let Some(known) = table.get(subject.text.as_str()).copied().filter(|known| *known != place) else {
            continue;
        };
        if let (Some(table), Some(this)) = (roots[known], roots[place].take()) {
            let is_answer = subject.is_reply && !subjects[known].is_reply;
            roots[known] = Some(joined(forest, table, this, is_answer));
        }
    }
    forest.roots = roots.into_iter().flatten().collect();
}

/// Makes one conversation of two; what it begins with then.
fn joined(forest: &mut Forest, table: usize, this: usize, is_answer: bool) -> usize {
    let is_dummy = |node: usize| forest.nodes[node].message.is_none();
    match (is_dummy(table), is_dummy(this)) {
        (true, true) => {
            let mut children = std::mem::take(&mut forest.nodes[this].children);
            forest.nodes[table].children.append(&mut children);
            table
        }
        (true, false) => {
            forest.nodes[table].children.push(this);
            table
        }
        (false, _) if is_answer => {
            forest.nodes[table].children.push(this);
            table
        }
        (false, _) => {
            let dummy = forest.add(None);
            forest.nodes[dummy].children = vec![table, this];
            dummy
        }
    }
}

fn subject_of(forest: &Forest, found: &[Ordered], root: usize) -> BaseSubject {
    let node = &forest.nodes[root];
    let first = || node.children.first().and_then(|child| forest.nodes[*child].message);
    let subject = node.message.or_else(first).map_or("", |message| found[message].subject.as_str());
    base(subject)
}

#[cfg(test)]
mod tests {
    use mailbox::Uid;

    use super::*;

    fn message(id: &str, subject: &str, references: &[&str]) -> Ordered {
        Ordered {
            uid: Uid(1),
            received_at: Timestamp::from_secs(0),
            sent_at: None,
            size: 0,
            subject: subject.to_owned(),
            from: String::new(),
            to: String::new(),
            cc: String::new(),
            header_id: Some(id.to_owned()),
            references: references.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    fn drawn(forest: &Forest) -> String {
        forest.write(|message| u32::try_from(message).unwrap() + 1)
    }

    #[test]
    fn an_answer_lies_below_what_it_answers() {
        let found = [
            message("a", "x", &[]),
            message("b", "re: x", &["a"]),
            message("c", "re: x", &["a", "b"]),
            message("d", "re: x", &["a", "b"]),
            message("e", "other", &[]),
        ];
        assert_eq!(drawn(&by_references(&found)), "(1 2 (3)(4))(5)");
    }

    #[test]
    fn what_is_not_here_is_left_out_and_keeps_together() {
        let found = [
            message("b", "y", &["gone"]),
            message("c", "z", &["gone"]),
            message("d", "w", &["lost", "also lost"]),
            message("e", "v", &["b", "missing"]),
        ];
        assert_eq!(drawn(&by_references(&found)), "((1 4)(2))(3)");
    }

    #[test]
    fn one_subject_is_one_conversation() {
        let found = [message("a", "x", &[]), message("b", "Re: x", &[]), message("c", "x", &[])];
        assert_eq!(drawn(&by_references(&found)), "((1 2)(3))");
        let found = [message("a", "Re: x", &[]), message("b", "x", &[]), message("c", "", &[])];
        assert_eq!(drawn(&by_references(&found)), "(2 1)(3)");
    }

    #[test]
    fn loops_and_doubles_are_no_fault() {
        let found = [
            message("a", "1", &["b"]),
            message("b", "2", &["a"]),
            message("b", "3", &["b"]),
            message("c", "4", &["c", "c"]),
        ];
        let text = drawn(&by_references(&found));
        for number in 1..=4 {
            assert_eq!(text.matches(&number.to_string()).count(), 1, "{text}");
        }
    }

    #[test]
    fn a_chain_may_be_as_long_as_a_folder() {
        let ids: Vec<String> = (0..20_000).map(|number| number.to_string()).collect();
        let mut found: Vec<Ordered> =
            ids.windows(2).map(|pair| message(&pair[1], "", &[pair[0].as_str()])).collect();
        found.reverse();
        assert!(drawn(&by_references(&found)).starts_with('('));
    }

    #[test]
    fn by_subject_the_later_lie_below_the_first() {
        let found = [
            message("a", "x", &[]),
            message("b", "Re: x", &[]),
            message("c", "y", &[]),
            message("d", "x", &[]),
        ];
        assert_eq!(drawn(&by_subject(&found)), "(1 (2)(4))(3)");
    }
}
