//! Counters are those of the rows, whatever was done: compared with a model that is only lists.

use bytes::Bytes;
use domain::FolderId;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::world::{World, letter};
use super::{On, on};
use crate::{FlagChange, FlagMode, Flags, Keywords, Mailbox, ModSeq, NewMessage, Uid, UidSet};

/// Something that is done in one of two folders.
#[derive(Debug, Clone)]
enum Step {
    Append(usize, Flags, u16),
    SetFlags(usize, Vec<u32>, FlagMode, Flags),
    Copy(usize, Vec<u32>, usize),
    Move(usize, Vec<u32>, usize),
    Expunge(usize, Vec<u32>),
}

/// A message where it is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Placed {
    uid: u32,
    message: usize,
    flags: Flags,
}

#[derive(Debug, Default)]
struct Folder {
    placed: Vec<Placed>,
    given: u32,
}

/// What should be: two folders, and the size of each message.
#[derive(Debug, Default)]
struct Model {
    folders: [Folder; 2],
    sizes: Vec<u64>,
}

impl Model {
    fn take(&mut self, step: &Step, size: u64) {
        match step {
            Step::Append(to, flags, _) => {
                self.sizes.push(size);
                self.file(*to, self.sizes.len() - 1, *flags);
            }
            Step::SetFlags(folder, uids, mode, flags) => {
                for placed in self.folders[*folder].placed.iter_mut().filter(|one| uids.contains(&one.uid)) {
                    placed.flags = match mode {
                        FlagMode::Add => placed.flags.with(*flags),
                        FlagMode::Remove => placed.flags.without(*flags),
                        FlagMode::Replace => *flags,
                    };
                }
            }
            Step::Copy(from, uids, to) => self.copy(*from, uids, *to),
            Step::Move(from, uids, to) => {
                let there: Vec<u32> = self.folders[*from].placed.iter().map(|one| one.uid).collect();
                self.copy(*from, uids, *to);
                let gone = |uid: u32| uids.contains(&uid) && there.contains(&uid);
                self.folders[*from].placed.retain(|one| !gone(one.uid));
            }
            Step::Expunge(folder, uids) => {
                let gone = |one: &Placed| uids.contains(&one.uid) && one.flags.has(Flags::DELETED);
                self.folders[*folder].placed.retain(|one| !gone(one));
            }
        }
    }

    fn file(&mut self, to: usize, message: usize, flags: Flags) {
        let folder = &mut self.folders[to];
        folder.given += 1;
        folder.placed.push(Placed { uid: folder.given, message, flags });
    }

    fn copy(&mut self, from: usize, uids: &[u32], to: usize) {
        let placed = self.folders[from].placed.clone();
        for one in placed.into_iter().filter(|one| uids.contains(&one.uid)) {
            self.file(to, one.message, one.flags);
        }
    }

    /// How much the messages are that any folder holds.
    fn used(&self) -> u64 {
        let held =
            |message| self.folders.iter().flat_map(|folder| &folder.placed).any(|one| one.message == message);
        (0..self.sizes.len()).filter(|message| held(*message)).map(|message| self.sizes[message]).sum()
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let folder = 0usize..2;
    let uids = || proptest::collection::vec(1u32..9, 1..5);
    let flags = (0u8..8).prop_map(|bits| {
        let all = [Flags::SEEN, Flags::FLAGGED, Flags::DELETED];
        let set = all.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
        set.fold(Flags::NONE, |flags, (_, flag)| flags.with(flag))
    });
    let mode = prop_oneof![Just(FlagMode::Add), Just(FlagMode::Remove), Just(FlagMode::Replace)];
    let step = prop_oneof![
        3 => (folder.clone(), flags.clone(), 0u16..500).prop_map(|(to, flags, size)| Step::Append(to, flags, size)),
        2 => (folder.clone(), uids(), mode, flags).prop_map(|(at, uids, mode, flags)| Step::SetFlags(at, uids, mode, flags)),
        1 => (folder.clone(), uids(), folder.clone()).prop_map(|(from, uids, to)| Step::Copy(from, uids, to)),
        1 => (folder.clone(), uids(), folder.clone()).prop_map(|(from, uids, to)| Step::Move(from, uids, to)),
        2 => (folder, uids()).prop_map(|(at, uids)| Step::Expunge(at, uids)),
    ];
    proptest::collection::vec(step, 1..20)
}

/// Does a step; how large a message it put somewhere.
async fn take(mailbox: &Mailbox, folders: [FolderId; 2], step: &Step) -> u64 {
    let set = |uids: &[u32]| uids.iter().copied().map(Uid).collect::<UidSet>();
    match step {
        Step::Append(to, flags, size) => {
            let content = Bytes::from(letter("counted", &"x".repeat(usize::from(*size))));
            let size = content.len() as u64;
            let new = NewMessage { content, flags: *flags, keywords: Keywords::default(), received_at: None };
            mailbox.append(folders[*to], new).await.unwrap();
            return size;
        }
        Step::SetFlags(folder, uids, mode, flags) => {
            let change = FlagChange { mode: *mode, flags: *flags, keywords: Keywords::default() };
            mailbox.set_flags(folders[*folder], &set(uids), change, None).await.unwrap();
        }
        Step::Copy(from, uids, to) => {
            mailbox.copy(folders[*from], &set(uids), folders[*to]).await.unwrap();
        }
        Step::Move(from, uids, to) => {
            mailbox.move_to(folders[*from], &set(uids), folders[*to]).await.unwrap();
        }
        Step::Expunge(folder, uids) => {
            mailbox.expunge(folders[*folder], &set(uids)).await.unwrap();
        }
    }
    0
}

/// Compares a folder with its model; the highest number of a change in it.
async fn compare(
    mailbox: &Mailbox,
    folder: FolderId,
    model: &Folder,
    sizes: &[u64],
) -> Result<ModSeq, TestCaseError> {
    let index = mailbox.index(folder).await.unwrap();
    let entries = mailbox.entries(folder, &UidSet::all()).await.unwrap();
    let found: Vec<_> = entries.iter().map(|entry| (entry.uid.0, entry.flags)).collect();
    let expected: Vec<_> = model.placed.iter().map(|one| (one.uid, one.flags)).collect();
    prop_assert_eq!(found, expected);
    let unseen: Vec<_> = model.placed.iter().filter(|one| !one.flags.has(Flags::SEEN)).collect();
    let uids: UidSet = model.placed.iter().map(|one| Uid(one.uid)).collect();
    prop_assert_eq!(&index.uids, &uids);
    prop_assert_eq!(index.view.total as usize, model.placed.len());
    prop_assert_eq!(index.view.unseen as usize, unseen.len());
    prop_assert_eq!(index.view.size_bytes, model.placed.iter().map(|one| sizes[one.message]).sum::<u64>());
    prop_assert_eq!(index.view.uid_next, Uid(model.given + 1));
    prop_assert_eq!(index.first_unseen, unseen.first().map(|one| Uid(one.uid)));
    prop_assert!(entries.iter().all(|entry| entry.modseq <= index.view.modseq));
    Ok(index.view.modseq)
}

async fn play(world: &World, case: u32, steps: &[Step]) -> Result<(), TestCaseError> {
    let mailbox = world.annas().await;
    let mut folders = [mailbox.inbox().await; 2];
    for (number, folder) in folders.iter_mut().enumerate() {
        *folder = mailbox.create_folder(&format!("{case}-{number}"), None).await.unwrap();
    }
    let (mut model, mut last) = (Model::default(), [ModSeq(0); 2]);
    for step in steps {
        let size = take(&mailbox, folders, step).await;
        model.take(step, size);
        for (number, folder) in folders.into_iter().enumerate() {
            let now = compare(&mailbox, folder, &model.folders[number], &model.sizes).await?;
            prop_assert!(now >= last[number]);
            last[number] = now;
        }
        let used = world.count("SELECT used_bytes FROM mailboxes WHERE address_key = 'info@acme.test'").await;
        prop_assert_eq!(used, model.used());
    }
    for folder in folders {
        mailbox.delete_folder(folder).await.unwrap();
    }
    prop_assert_eq!(
        world.count("SELECT used_bytes FROM mailboxes WHERE address_key = 'info@acme.test'").await,
        0
    );
    prop_assert_eq!(world.held().await, 0);
    Ok(())
}

#[test]
fn counters_are_those_of_the_rows_whatever_is_done() {
    on(On::Sqlite, |world| async move {
        let config = ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() };
        let (world, cases) = (&world, std::cell::Cell::new(0));
        tokio::task::block_in_place(|| {
            let played = TestRunner::new(config).run(&steps(), |steps| {
                cases.set(cases.get() + 1);
                tokio::runtime::Handle::current().block_on(play(world, cases.get(), &steps))
            });
            if let Err(failure) = played {
                panic!("{failure}");
            }
        });
    });
}
