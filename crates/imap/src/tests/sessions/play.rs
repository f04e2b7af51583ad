use super::super::draw::Draw;
use super::super::message;
use super::super::world::World;
use super::client::{Shown, between, numbers};
use super::model::{FOLDERS, Folder, Marks};

const MARKS: [&str; 6] = ["\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "\\Draft", "$Work"];

/// Clients on one mailbox, and what it holds.
pub(super) struct Play {
    draw: Draw,
    world: World,
    clients: Vec<Shown>,
    folders: [Folder; 2],
    sent: usize,
}

impl Play {
    pub(super) async fn new(draw: Draw) -> Self {
        let world = World::new().await;
        let mut play = Self { draw, world, clients: Vec::new(), folders: Default::default(), sent: 0 };
        for number in 0..3 {
            let mut client = play.world.sign_in().await;
            if number == 2 {
                client.enable("QRESYNC").await;
            }
            let by_uid = number == 2;
            let shown = Shown { client, folder: 0, is_writable: true, by_uid, rows: Vec::new() };
            play.clients.push(shown);
            play.select(number, 0, "SELECT").await;
        }
        play
    }

    /// Plays so many commands, and looks at all clients now and then.
    pub(super) async fn run(mut self, commands: usize) {
        for number in 0..commands {
            let who = self.draw.below(self.clients.len());
            self.turn(who).await;
            self.clients[who].fill().await;
            if number % 10 == 9 {
                self.settle().await;
            }
        }
    }

    /// Everybody asks what is new; then what they show is what is there.
    async fn settle(&mut self) {
        for client in &mut self.clients {
            client.say("NOOP").await;
            client.fill().await;
            client.compare(&self.folders[client.folder], "NOOP");
        }
    }

    async fn turn(&mut self, who: usize) {
        match self.draw.below(16) {
            0..=2 => self.append(who).await,
            3..=5 => self.store(who).await,
            6 => self.copy(who).await,
            7 => self.move_on(who).await,
            8 => self.expunge(who).await,
            9 => self.uid_expunge(who).await,
            10 => self.search(who).await,
            11 => self.read(who).await,
            12 => self.status(who).await,
            13 => {
                let (folder, word) = (self.draw.below(2), self.draw.one(&["SELECT", "SELECT", "EXAMINE"]));
                self.select(who, folder, word).await;
            }
            14 => self.close(who).await,
            _ => self.wait(who).await,
        }
    }

    async fn select(&mut self, who: usize, folder: usize, word: &str) {
        let client = &mut self.clients[who];
        client.rows.clear();
        let (last, lines) = client.say(&format!("{word} {}", FOLDERS[folder])).await;
        assert!(last.starts_with("OK "), "{last}");
        let there = &self.folders[folder];
        let next = lines.iter().find_map(|line| between(line, "[UIDNEXT ", &[']'])).unwrap();
        assert_eq!(next.parse::<u32>().unwrap(), there.given + 1);
        assert_eq!(client.rows.len(), there.filed.len());
        let unseen = lines.iter().find_map(|line| between(line, "[UNSEEN ", &[']']));
        let first = there.filed.iter().position(|filed| !filed.marks.contains("\\Seen"));
        assert_eq!(unseen.map(|place| place.parse::<usize>().unwrap()), first.map(|place| place + 1));
        (client.folder, client.is_writable) = (folder, word == "SELECT");
        client.fill().await;
        client.compare(there, word);
    }

    async fn append(&mut self, who: usize) {
        let folder = self.draw.below(2);
        let marks = self.marks();
        self.sent += 1;
        let subject = format!("number{}", self.sent);
        let content = message(&subject);
        let words: Vec<&str> = marks.iter().map(String::as_str).collect();
        let command =
            format!("APPEND {} ({}) {{{}+}}\r\n{content}", FOLDERS[folder], words.join(" "), content.len());
        let (last, _) = self.clients[who].say(&command).await;
        let uid = self.folders[folder].file(&subject, marks);
        assert!(last.starts_with("OK [APPENDUID ") && last.contains(&format!(" {uid}] ")), "{uid}: {last}");
    }

    fn marks(&mut self) -> Marks {
        let chosen: Vec<&str> = MARKS.into_iter().filter(|_| self.draw.once_in(4)).collect();
        chosen.into_iter().map(str::to_owned).collect()
    }

    /// Some messages that a client shows: how it names them, and their UIDs.
    fn some(&mut self, who: usize) -> Option<(&'static str, String, Vec<u32>)> {
        let uids = self.clients[who].uids();
        if uids.is_empty() {
            return None;
        }
        let places = self.draw.some(uids.len());
        let chosen: Vec<u32> = places.iter().map(|place| uids[place - 1]).collect();
        let by_uid = self.draw.once_in(2);
        let set: Vec<String> = if by_uid {
            chosen.iter().map(ToString::to_string).collect()
        } else {
            places.iter().map(ToString::to_string).collect()
        };
        Some((if by_uid { "UID " } else { "" }, set.join(","), chosen))
    }

    async fn store(&mut self, who: usize) {
        let Some((uid, set, chosen)) = self.some(who) else { return };
        let (marks, mode) = (self.marks(), self.draw.one(&["+", "-", ""]));
        let silent = self.draw.one(&["", ".SILENT"]);
        let words: Vec<&str> = marks.iter().map(String::as_str).collect();
        let command = format!("{uid}STORE {set} {mode}FLAGS{silent} ({})", words.join(" "));
        let client = &mut self.clients[who];
        let (last, _) = client.say(&command).await;
        if !client.is_writable {
            assert!(last.starts_with("NO "), "{command}: {last}");
            return;
        }
        let folder = &mut self.folders[client.folder];
        let there = folder.there(&chosen);
        let all_there = there.len() == chosen.len() || uid == "UID ";
        assert_eq!(last.starts_with("OK "), all_there, "{command}: {last}");
        for one in there {
            let filed = folder.find_mut(one).unwrap();
            match mode {
                "+" => filed.marks.extend(marks.iter().cloned()),
                "-" => filed.marks.retain(|mark| !marks.contains(mark)),
                _ => filed.marks.clone_from(&marks),
            }
            let told = filed.marks.clone();
            // Who says not to be told knows what it did, if it knew what was before: that was told before the answer.
            let row = client.rows.iter_mut().find(|(uid, _)| *uid == Some(one));
            if let Some(row) = row {
                if silent.is_empty() {
                    assert_eq!(row.1.as_ref(), Some(&told), "{command}");
                } else {
                    row.1 = Some(told);
                }
            }
        }
    }

    async fn copy(&mut self, who: usize) {
        let Some((uid, set, chosen)) = self.some(who) else { return };
        let to = self.draw.below(2);
        let command = format!("{uid}COPY {set} {}", FOLDERS[to]);
        let (last, _) = self.clients[who].say(&command).await;
        let from = self.clients[who].folder;
        let there = self.folders[from].there(&chosen);
        let new = self.file_again(from, &there, to);
        self.told_copy(&command, &last, &there, &new);
    }

    /// Files messages of one folder in another as well; their UIDs there.
    fn file_again(&mut self, from: usize, uids: &[u32], to: usize) -> Vec<u32> {
        let copied: Vec<_> = uids.iter().map(|uid| self.folders[from].find(*uid).unwrap().clone()).collect();
        copied.into_iter().map(|filed| self.folders[to].file(&filed.subject, filed.marks)).collect()
    }

    fn told_copy(&self, command: &str, told: &str, old: &[u32], new: &[u32]) {
        let Some(code) = between(told, "[COPYUID ", &[']']) else {
            assert!(old.is_empty(), "{command}: {told}");
            return;
        };
        let mut words = code.split(' ').skip(1);
        assert_eq!(numbers(words.next().unwrap()), old, "{command}: {told}");
        assert_eq!(numbers(words.next().unwrap()), new, "{command}: {told}");
    }

    async fn move_on(&mut self, who: usize) {
        let Some((uid, set, chosen)) = self.some(who) else { return };
        let (from, to) = (self.clients[who].folder, 1 - self.clients[who].folder);
        let command = format!("{uid}MOVE {set} {}", FOLDERS[to]);
        let (last, lines) = self.clients[who].say(&command).await;
        if !self.clients[who].is_writable {
            assert!(last.starts_with("NO "), "{command}: {last}");
            return;
        }
        assert!(last.starts_with("OK "), "{command}: {last}");
        let there = self.folders[from].there(&chosen);
        let new = self.file_again(from, &there, to);
        self.folders[from].remove(&there);
        let told = lines.iter().find(|line| line.contains("[COPYUID ")).map_or("", String::as_str);
        self.told_copy(&command, told, &there, &new);
    }

    async fn expunge(&mut self, who: usize) {
        let client = &mut self.clients[who];
        let (last, _) = client.say("EXPUNGE").await;
        assert_eq!(last.starts_with("OK "), client.is_writable, "{last}");
        if client.is_writable {
            self.folders[client.folder].filed.retain(|filed| !filed.marks.contains("\\Deleted"));
            client.fill().await;
            client.compare(&self.folders[client.folder], "EXPUNGE");
        }
    }

    async fn uid_expunge(&mut self, who: usize) {
        let Some((_, _, chosen)) = self.some(who) else { return };
        let set: Vec<String> = chosen.iter().map(ToString::to_string).collect();
        let client = &mut self.clients[who];
        let (last, _) = client.say(&format!("UID EXPUNGE {}", set.join(","))).await;
        assert_eq!(last.starts_with("OK "), client.is_writable, "{last}");
        if client.is_writable {
            let folder = &mut self.folders[client.folder];
            folder.filed.retain(|filed| !(chosen.contains(&filed.uid) && filed.marks.contains("\\Deleted")));
        }
    }

    async fn search(&mut self, who: usize) {
        let (word, mark, has) = self.draw.one(&[
            ("SEEN", "\\Seen", true),
            ("UNSEEN", "\\Seen", false),
            ("FLAGGED", "\\Flagged", true),
            ("UNDELETED", "\\Deleted", false),
            ("KEYWORD $Work", "$Work", true),
            ("UNKEYWORD $Work", "$Work", false),
        ]);
        let client = &mut self.clients[who];
        let counted = client.uids();
        let command = format!("UID SEARCH {word}");
        let (last, lines) = client.say(&command).await;
        assert!(last.starts_with("OK "), "{last}");
        let line = lines.iter().find(|line| line.starts_with("* SEARCH")).unwrap();
        let found: Vec<u32> = line.split(' ').skip(2).filter_map(|word| word.parse().ok()).collect();
        let folder = &self.folders[client.folder];
        let fits = |uid: &u32| folder.find(*uid).is_some_and(|filed| filed.marks.contains(mark) == has);
        let expected: Vec<u32> = counted.into_iter().filter(fits).collect();
        assert_eq!(found, expected, "{command}");
    }

    /// Reads a message, which marks it.
    async fn read(&mut self, who: usize) {
        let client = &mut self.clients[who];
        let uids = client.uids();
        if uids.is_empty() {
            return;
        }
        let uid = uids[self.draw.below(uids.len())];
        let (last, lines) = client.say(&format!("UID FETCH {uid} (FLAGS BODY[])")).await;
        assert!(last.starts_with("OK "), "{last}");
        let subject = lines.iter().find_map(|line| line.strip_prefix("Subject: "));
        match self.folders[client.folder].find_mut(uid) {
            Some(filed) => {
                assert_eq!(subject, Some(filed.subject.as_str()));
                if client.is_writable {
                    filed.marks.insert("\\Seen".to_owned());
                }
            }
            None => assert_eq!(subject, None, "it is gone"),
        }
    }

    async fn status(&mut self, who: usize) {
        let folder = self.draw.below(2);
        let (_, lines) =
            self.clients[who].say(&format!("STATUS {} (MESSAGES UIDNEXT UNSEEN)", FOLDERS[folder])).await;
        let there = &self.folders[folder];
        let expected = format!(
            "* STATUS {} (MESSAGES {} UIDNEXT {} UNSEEN {})",
            FOLDERS[folder],
            there.filed.len(),
            there.given + 1,
            there.unseen()
        );
        assert!(lines.contains(&expected), "{expected}: {lines:?}");
    }

    /// Closes the folder, which takes out what is marked as deleted, and opens it again.
    async fn close(&mut self, who: usize) {
        let word = self.draw.one(&["CLOSE", "UNSELECT"]);
        let client = &mut self.clients[who];
        let (last, lines) = client.say(word).await;
        assert!(last.starts_with("OK ") && lines.is_empty(), "{word}: {lines:?} {last}");
        let folder = client.folder;
        if word == "CLOSE" && client.is_writable {
            self.folders[folder].filed.retain(|filed| !filed.marks.contains("\\Deleted"));
        }
        self.select(who, folder, "SELECT").await;
    }

    /// Waits, while another client does something.
    async fn wait(&mut self, who: usize) {
        let tag = self.clients[who].client.begin("IDLE").await;
        let mut told = Vec::new();
        loop {
            let line = self.clients[who].client.line().await.unwrap();
            if line.starts_with('+') {
                break;
            }
            told.push(line);
        }
        let other = (who + 1) % self.clients.len();
        Box::pin(self.append(other)).await;
        self.clients[other].fill().await;
        self.clients[who].client.send("DONE\r\n").await;
        told.extend(self.clients[who].client.finish(&tag).await);
        for line in told {
            self.clients[who].hear("IDLE", &line);
        }
    }
}
