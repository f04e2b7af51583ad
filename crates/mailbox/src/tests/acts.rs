//! Each act with its permission, without it, and after it was switched off while the mailbox stays open.

use std::collections::BTreeSet;
use std::path::Path;

use bus::EndReason;
use domain::{Clock as _, DeviceId, FolderId, Id, MessageId, Permissions, RedirectionId, Right};

use super::world::{World, email, letter, new_message};
use super::{On, on, on_both, setting_acts};
use crate::{
    Act, FlagChange, Flags, KeptCopy, MailError, Mailbox, ModSeq, RedirectionError, SearchKey, SpecialUse,
    Subscription, Uid, UidSet,
};

/// What the acts are tried on: a folder with four messages, a second one, a device password.
struct Things {
    folder: FolderId,
    other: FolderId,
    message: MessageId,
    device: DeviceId,
}

impl Things {
    /// Makes them anew, with everything allowed.
    async fn make(world: &World, round: &str) -> Self {
        world.allow(world.info, &world.anna, Permissions::ALL).await;
        let mailbox = world.annas().await;
        let folder = mailbox.create_folder(&format!("{round}/here"), None).await.unwrap();
        let other = mailbox.create_folder(&format!("{round}/there"), None).await.unwrap();
        let mut message = None;
        for subject in ["one", "two", "three", "four"] {
            message = Some(mailbox.put(folder, &letter(subject, "text")).await.message);
        }
        let device = mailbox.add_device(&world.anna.proof, "phone").await.unwrap().id;
        Self { folder, other, message: message.unwrap(), device }
    }
}

/// A method of an open mailbox, and what became of the call.
pub(super) type Tried = (&'static str, Result<(), MailError>);

/// Calls every method that is this act.
async fn try_act(act: Act, world: &World, mailbox: &Mailbox, things: &Things) -> Vec<Tried> {
    let (here, there) = (things.folder, things.other);
    let uid = |uid: u32| UidSet::one(Uid(uid));
    match act {
        Act::Look => look(mailbox, things).await,
        Act::ReadMessage => vec![
            ("content_of", mailbox.content_of(things.message).await.map(drop)),
            ("content", mailbox.content(here, Uid(1)).await.map(drop)),
            ("header_of", mailbox.header_of(things.message).await.map(drop)),
        ],
        Act::Append => {
            let new = || new_message(b"A: b\r\n\r\n");
            vec![
                ("append", mailbox.append(here, new()).await.map(drop)),
                ("append_all", mailbox.append_all(here, vec![new()]).await.map(drop)),
                ("replace", mailbox.replace(here, Uid(1), there, new()).await.map(drop)),
            ]
        }
        Act::SetFlags => {
            let change = FlagChange::add(Flags::SEEN);
            vec![
                ("set_flags", mailbox.set_flags(here, &uid(1), change, None).await.map(drop)),
                ("note", mailbox.note(Some(here), Vec::new()).await),
            ]
        }
        Act::Copy => vec![("copy", mailbox.copy(here, &uid(1), there).await.map(drop))],
        Act::Move => vec![
            ("move_to", mailbox.move_to(here, &uid(1), there).await.map(drop)),
            ("move_to_special", mailbox.move_to_special(here, &uid(2), SpecialUse::Junk).await.map(drop)),
        ],
        Act::Expunge => vec![
            ("expunge", mailbox.expunge(here, &uid(3)).await.map(drop)),
            ("delete", mailbox.delete(here, &uid(4)).await),
        ],
        Act::SaveDraft => {
            let content = letter("draft", "text").into();
            vec![
                ("save_draft", mailbox.save_draft(content, None).await.map(drop)),
                ("discard_draft", mailbox.discard_draft(things.message).await),
            ]
        }
        Act::Subscribe => vec![("subscribe", mailbox.subscribe(here, Subscription::Off).await)],
        Act::CreateFolder => {
            let path = format!("new for {here}");
            vec![("create_folder", mailbox.create_folder(&path, None).await.map(drop))]
        }
        Act::RenameFolder => {
            vec![("rename_folder", mailbox.rename_folder(there, &format!("renamed {there}")).await)]
        }
        Act::DeleteFolder => vec![("delete_folder", mailbox.delete_folder(there).await)],
        Act::ListDevices => vec![("devices", mailbox.devices().await.map(drop))],
        Act::AddDevice => {
            vec![("add_device", mailbox.add_device(&world.anna.proof, "pad").await.map(drop))]
        }
        Act::RevokeDevice => vec![("revoke_device", mailbox.revoke_device(things.device).await)],
        Act::ChangeAutoReplies => setting_acts::change_auto_replies(mailbox).await,
        Act::ChangeSignatures => setting_acts::change_signatures(mailbox).await,
        Act::MapFolder => setting_acts::map_folder(mailbox).await,
        Act::ChangeSenders => setting_acts::change_senders(mailbox).await,
        Act::Send => vec![("sender", mailbox.sender().await.map(drop))],
        Act::Redirect => redirect(world, mailbox, things).await,
        Act::SeeHistory => setting_acts::see_history(mailbox).await,
        Act::Restore => vec![
            ("removed", mailbox.removed("", None).await.map(drop)),
            ("restore", mailbox.restore(&[things.message]).await.map(drop)),
            ("restore_day", mailbox.restore_day(world.clock.now()).await.map(drop)),
        ],
    }
}

async fn look(mailbox: &Mailbox, things: &Things) -> Vec<Tried> {
    let here = things.folder;
    let mut tried = vec![
        ("rights", mailbox.rights().await.map(drop)),
        ("folders", mailbox.folders().await.map(drop)),
        ("folder", mailbox.folder(here).await.map(drop)),
        ("index", mailbox.index(here).await.map(drop)),
        ("changes_since", mailbox.changes_since(here, ModSeq(0)).await.map(drop)),
        ("fetch", mailbox.fetch(here, &UidSet::all()).await.map(drop)),
        ("entries", mailbox.entries(here, &UidSet::all()).await.map(drop)),
        ("list", mailbox.list(here, None, 10).await.map(drop)),
        ("listed", mailbox.listed(here, Uid(1)).await.map(drop)),
        ("notes", mailbox.notes(Some(here)).await.map(drop)),
        ("ordered", mailbox.ordered(here, &UidSet::all()).await.map(drop)),
        ("quota", mailbox.quota().await.map(drop)),
        ("deleted", mailbox.deleted(here).await.map(drop)),
        ("with_header_id", mailbox.with_header_id("one@far.test").await.map(drop)),
        ("located", mailbox.located(things.message).await.map(drop)),
        ("find", mailbox.find("text", None, 10).await.map(drop)),
        ("search", mailbox.search(here, SearchKey::All).await.map(drop)),
    ];
    tried.extend(setting_acts::look(mailbox).await);
    tried
}

async fn redirect(world: &World, mailbox: &Mailbox, things: &Things) -> Vec<Tried> {
    // That there is no such redirection is an answer to whoever may change them.
    fn allowed<T>(outcome: Result<T, RedirectionError>) -> Result<(), MailError> {
        match outcome {
            Err(RedirectionError::Mail(error)) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
    let (target, id) = (email(&format!("{}@far.test", things.folder)), RedirectionId::from_bytes([1; 16]));
    vec![
        ("redirections", mailbox.redirections().await.map(drop)),
        ("redirect", allowed(mailbox.redirect(&world.anna.proof, &target).await)),
        ("ask_again", allowed(mailbox.ask_again(id).await)),
        ("agree_by_code", allowed(mailbox.agree_by_code(id, "1").await)),
        ("end_redirection", allowed(mailbox.end_redirection(id).await)),
        ("keep_copy", allowed(mailbox.keep_copy(KeptCopy::Kept).await)),
    ]
}

fn all_done(act: Act, tried: &[Tried]) {
    for (method, outcome) in tried {
        assert!(outcome.is_ok(), "{act:?}: {method}: {outcome:?}");
    }
}

fn all_refused(act: Act, tried: &[Tried], right: Right) {
    for (method, outcome) in tried {
        let Right::Permission(permission) = right else {
            panic!("{act:?} is refused for want of a permission")
        };
        assert!(
            matches!(outcome, Err(MailError::MayNot(missing)) if *missing == permission),
            "{act:?}: {method}: {outcome:?}"
        );
    }
}

#[test]
fn each_act_is_done_with_its_permission_alone() {
    on_both(|world| async move {
        for act in Act::ALL.iter().copied() {
            let things = Things::make(&world, &format!("{act:?}")).await;
            let enough = match act.right() {
                Right::Read => Permissions::NONE,
                Right::Permission(permission) => Permissions::NONE.with(permission),
            };
            world.allow(world.info, &world.anna, enough).await;
            all_done(act, &try_act(act, &world, &world.annas().await, &things).await);
        }
    });
}

#[test]
fn each_act_is_refused_once_its_permission_is_off_in_an_open_mailbox_and_in_a_new_one() {
    on_both(|world| async move {
        for act in Act::ALL.iter().copied() {
            let Right::Permission(permission) = act.right() else { continue };
            let things = Things::make(&world, &format!("{act:?}")).await;
            let opened_before = world.annas().await;
            assert!(opened_before.rights().await.unwrap().permissions().has(permission));
            world.allow(world.info, &world.anna, Permissions::ALL.without(permission)).await;
            all_refused(act, &try_act(act, &world, &opened_before, &things).await, act.right());
            all_refused(act, &try_act(act, &world, &world.annas().await, &things).await, act.right());
            world.allow(world.info, &world.anna, Permissions::ALL).await;
            all_done(act, &try_act(act, &world, &opened_before, &things).await);
        }
    });
}

#[test]
fn nothing_is_done_in_an_open_mailbox_once_the_access_is_taken_away() {
    on_both(|world| async move {
        let things = Things::make(&world, "last").await;
        let mailbox = world.annas().await;
        let before = world.count("SELECT count(*) FROM placements").await;
        world.remove(world.info, &world.anna).await;
        for act in Act::ALL.iter().copied() {
            for (method, outcome) in try_act(act, &world, &mailbox, &things).await {
                assert!(
                    matches!(outcome, Err(MailError::Ended(EndReason::AccessRemoved))),
                    "{act:?}: {method}: {outcome:?}"
                );
            }
        }
        assert_eq!(world.count("SELECT count(*) FROM placements").await, before);
        assert_eq!(world.count("SELECT count(*) FROM devices").await, 0);
    });
}

#[test]
fn every_method_of_an_open_mailbox_is_among_those_tried() {
    on(On::Sqlite, |world| async move {
        let (things, mailbox) = (Things::make(&world, "all").await, world.annas().await);
        let mut tried = BTreeSet::new();
        for act in Act::ALL.iter().copied() {
            tried.extend(
                try_act(act, &world, &mailbox, &things).await.iter().map(|(method, _)| (*method).to_owned()),
            );
        }
        let mut written = BTreeSet::new();
        read_methods(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut written);
        assert_eq!(tried, written, "a method is missing in `try_act`, or is there no more");
    });
}

/// The public async methods of `Mailbox` and of its settings, as the sources of the crate have them.
fn read_methods(folder: &Path, methods: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            read_methods(&path, methods);
            continue;
        }
        let mut inside = false;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            inside = (inside || line == "impl Mailbox {" || line == "impl AddressSettings {") && line != "}";
            if inside && let Some(rest) = line.strip_prefix("    pub async fn ") {
                methods.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
        }
    }
}
