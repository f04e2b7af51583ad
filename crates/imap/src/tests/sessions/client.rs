use super::super::world::Client;
use super::model::{Folder, Marks};

/// A client with what it was told: what a mail program would show.
pub(super) struct Shown {
    pub(super) client: Client,
    /// Which folder is selected.
    pub(super) folder: usize,
    pub(super) is_writable: bool,
    pub(super) by_uid: bool,
    /// By sequence number: the UID and the marks, where they were told.
    pub(super) rows: Vec<(Option<u32>, Option<Marks>)>,
}

impl Shown {
    /// Says a command and takes in what is told; how it ended, and the untagged lines.
    pub(super) async fn say(&mut self, command: &str) -> (String, Vec<String>) {
        let mut lines = self.client.say(command).await;
        let last = lines.pop().unwrap();
        for line in &lines {
            self.hear(command, line);
        }
        (last, lines)
    }

    pub(super) fn hear(&mut self, command: &str, line: &str) {
        let Some(rest) = line.strip_prefix("* ") else { return };
        let mut words = rest.splitn(3, ' ');
        let (first, second, third) = (words.next().unwrap(), words.next().unwrap_or(""), words.next());
        if first == "VANISHED" {
            assert!(self.by_uid, "{command}: {line}");
            return self.vanish(command, second, third);
        }
        let Ok(number) = first.parse::<usize>() else { return };
        match second {
            "EXISTS" => {
                assert!(number >= self.rows.len(), "{command}: {line}: there were {}", self.rows.len());
                self.rows.resize(number, (None, None));
            }
            "EXPUNGE" => {
                assert!(!self.by_uid, "{command}: {line}");
                assert!(may_tell_expunge(command), "{command}: {line}");
                assert!(number >= 1 && number <= self.rows.len(), "{command}: {line}");
                self.rows.remove(number - 1);
            }
            "FETCH" => self.fetched(command, line, number),
            _ => {}
        }
    }

    fn vanish(&mut self, command: &str, second: &str, third: Option<&str>) {
        assert!(second != "(EARLIER)", "{command}: nobody asked: {third:?}");
        assert!(may_tell_expunge(command), "{command}: VANISHED {second}");
        let gone = numbers(second);
        self.rows.retain(|(uid, _)| uid.is_none_or(|uid| !gone.contains(&uid)));
    }

    fn fetched(&mut self, command: &str, line: &str, number: usize) {
        assert!(number >= 1 && number <= self.rows.len(), "{command}: {line}: there are {}", self.rows.len());
        let row = &mut self.rows[number - 1];
        if let Some(uid) = between(line, "UID ", &[' ', ')']).and_then(|uid| uid.parse::<u32>().ok()) {
            assert!(row.0.is_none_or(|known| known == uid), "{command}: {line}: it was {:?}", row.0);
            row.0 = Some(uid);
        }
        if let Some(marks) = between(line, "FLAGS (", &[')']) {
            row.1 = Some(marks.split(' ').filter(|mark| !mark.is_empty()).map(str::to_owned).collect());
        }
    }

    /// The UIDs as the client counts them; all of them were told.
    pub(super) fn uids(&self) -> Vec<u32> {
        self.rows.iter().map(|(uid, _)| uid.unwrap()).collect()
    }

    /// Asks for what it was not told.
    pub(super) async fn fill(&mut self) {
        let unknown = self.rows.iter().position(|(uid, _)| uid.is_none());
        let Some(first) = unknown else { return };
        self.say(&format!("FETCH {}:* (UID FLAGS)", first + 1)).await;
        // What is gone in the meantime is told after the next command that may.
        if self.rows.iter().any(|(uid, _)| uid.is_none()) {
            self.say("NOOP").await;
            Box::pin(self.fill()).await;
        }
    }

    /// Compares what is shown with what is.
    pub(super) fn compare(&self, folder: &Folder, after: &str) {
        let shown: Vec<_> =
            self.rows.iter().map(|(uid, marks)| (uid.unwrap(), marks.clone().unwrap())).collect();
        let there: Vec<_> = folder.filed.iter().map(|filed| (filed.uid, filed.marks.clone())).collect();
        assert_eq!(shown, there, "after {after}");
    }
}

/// Whether messages may be told to be gone after a command (RFC 9051 §7.5.1).
fn may_tell_expunge(command: &str) -> bool {
    !["FETCH", "STORE", "SEARCH", "SORT", "THREAD"].iter().any(|word| command.starts_with(word))
}

/// What stands between `before` and the first of `ends`.
pub(super) fn between<'a>(line: &'a str, before: &str, ends: &[char]) -> Option<&'a str> {
    let (_, rest) = line.split_once(before)?;
    rest.split(ends).next()
}

/// The numbers of a set: `1:3,7`.
pub(super) fn numbers(set: &str) -> Vec<u32> {
    let range = |range: &str| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        from.parse::<u32>().unwrap()..=to.parse::<u32>().unwrap()
    };
    set.split(',').filter(|piece| !piece.is_empty()).flat_map(range).collect()
}
