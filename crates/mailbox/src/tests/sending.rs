//! Mail that leaves.

use bytes::Bytes;
use domain::{Permission, Permissions, ReportWishes};

use super::on_both;
use super::world::{World, email, letter};
use crate::{
    Flags, MailError, Outgoing, RECIPIENTS, RECIPIENTS_PER_DAY, SendAs, SendError, SentCopy, SpecialUse,
    SubmitError,
};

/// A mail from `from` to these, of which no copy is kept.
pub(super) fn outgoing(from: &str, to: &[&str]) -> Outgoing {
    let content = format!("From: {from}\r\nTo: {}\r\nSubject: out\r\n\r\nGoing out\r\n", to.join(", "));
    Outgoing {
        recipients: to.iter().map(|address| email(address).into()).collect(),
        wishes: ReportWishes::default(),
        content: Bytes::from(content),
        sent_copy: SentCopy::Skip,
        answers: None,
    }
}

async fn annas_sender(world: &World) -> SendAs {
    world.access.send_as(&world.anna.actor, &email("Info@Acme.test")).await.unwrap()
}

/// What the queue holds: sender, recipients, content.
async fn queued(world: &World) -> Vec<(String, String, Bytes)> {
    world
        .read(|tx| {
            let sql = "SELECT s.sender, r.recipient, s.content FROM submissions s JOIN outgoing_recipients r \
                       ON r.submission_id = s.submission_id ORDER BY r.recipient";
            tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        })
        .await
}

async fn sent(world: &World) -> u32 {
    world.annas().await.named("Sent").await.total
}

#[test]
fn a_mail_is_queued_for_each_recipient_once() {
    on_both(|world| async move {
        let mail = outgoing("info@acme.test", &["bob@far.test", "eve@far.test", "bob@far.test"]);
        annas_sender(&world).await.submit(mail).await.unwrap();
        let queued = queued(&world).await;
        let to: Vec<_> = queued.iter().map(|(sender, to, _)| (sender.as_str(), to.as_str())).collect();
        assert_eq!(to, [("info@acme.test", "bob@far.test"), ("info@acme.test", "eve@far.test")]);
        assert_eq!(sent(&world).await, 0);
    });
}

#[test]
fn what_leaves_is_complete_signed_and_without_bcc() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let name = "signed.test".parse().unwrap();
        let service = desk.create_service("Signed", &name).await.unwrap();
        crate::desk::trust_domain(&world.access, &world.operator, &name).await.unwrap();
        let desk = world.access.service_desk(&olga.actor, service).await.unwrap();
        let post = desk.create_address(&email("post@signed.test"), crate::desk::For::Me).await.unwrap();
        let mailbox = world.access.open(&olga.actor, post).await.unwrap();
        let content =
            "From: Olga <post@signed.test>\nTo: bob@far.test\nBcc: secret@far.test\nSubject: a\n\nb\n";
        let mail = Outgoing {
            recipients: vec![email("bob@far.test").into(), email("secret@far.test").into()],
            wishes: ReportWishes::default(),
            content: Bytes::from(content),
            sent_copy: SentCopy::Save,
            answers: None,
        };
        mailbox.sender().await.unwrap().submit(mail).await.unwrap();

        let queued = queued(&world).await;
        assert_eq!(queued.len(), 2);
        let whole = String::from_utf8(queued[0].2.to_vec()).unwrap();
        assert!(whole.starts_with("DKIM-Signature: "), "{whole}");
        for part in ["a=rsa-sha256", "a=ed25519-sha256", "d=signed.test", "\r\nDate: ", "\r\nMessage-ID: <"] {
            assert!(whole.contains(part), "{part} in {whole}");
        }
        assert!(whole.contains("@mx.acme.test>\r\n") && whole.ends_with("\r\n\r\nb\r\n"), "{whole}");
        assert!(!whole.contains("secret@far.test"), "{whole}");
        let folder = mailbox.named("Sent").await.id;
        let copy = mailbox.list(folder, None, 10).await.unwrap();
        assert_eq!(copy.len(), 1);
        assert!(copy[0].entry.flags.has(Flags::SEEN));
        assert_eq!(mailbox.content_of(copy[0].message).await.unwrap(), queued[0].2);
    });
}

#[test]
fn one_copy_is_kept_however_often_a_mail_is_sent() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        let content = "From: info@acme.test\r\nMessage-ID: <same@acme.test>\r\nSubject: a\r\n\r\nb\r\n";
        for _ in 0..2 {
            let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
            (mail.sent_copy, mail.content) = (SentCopy::Save, Bytes::from(content));
            sender.submit(mail).await.unwrap();
        }
        assert_eq!(sent(&world).await, 1);
        assert_eq!(queued(&world).await.len(), 2);
    });
}

#[test]
fn a_copy_that_a_mail_program_saved_itself_is_the_only_one() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let content = "From: info@acme.test\r\nMessage-ID: <own@acme.test>\r\nSubject: a\r\n\r\nb\r\n";
        mailbox.put(mailbox.named("Sent").await.id, content.as_bytes()).await;
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        (mail.sent_copy, mail.content) = (SentCopy::Save, Bytes::from(content));
        annas_sender(&world).await.submit(mail).await.unwrap();
        assert_eq!(sent(&world).await, 1);
    });
}

#[test]
fn nobody_sends_without_the_permission_or_after_it_was_switched_off() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::Send)).await;
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        mail.sent_copy = SentCopy::Save;
        let refused = sender.submit(mail).await;
        assert!(matches!(refused, Err(SubmitError::Mail(MailError::MayNot(Permission::Send)))));
        let again = world.access.send_as(&world.anna.actor, &email("info@acme.test")).await;
        assert!(matches!(again, Err(SendError::Mail(MailError::MayNot(Permission::Send)))));
        assert!(queued(&world).await.is_empty());
        assert_eq!(sent(&world).await, 0);
    });
}

#[test]
fn what_may_not_be_sent_does_not_reach_the_disk() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        world.remove(world.info, &world.anna).await;
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        mail.content = [b"From: info@acme.test\r\n\r\n".as_slice(), &[b'x'; 100_000]].concat().into();
        assert!(matches!(sender.submit(mail).await, Err(SubmitError::Mail(MailError::Ended(_)))));
        let kept = world.store.blobs().collect_garbage(std::time::Duration::ZERO).await.unwrap();
        assert_eq!(kept, 0);
        assert!(std::fs::read_dir(world.folder().join("blobs")).unwrap().next().is_none());
    });
}

#[test]
fn the_from_header_names_the_address_that_sends_and_no_other() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        for from in [
            "From: boss@acme.test\r\n",
            "From: info@acme.test, boss@acme.test\r\n",
            "From: info@acme.test\r\nFrom: boss@acme.test\r\n",
            "From: info@acme.test.evil.test\r\n",
            "From: nobody\r\n",
            "",
        ] {
            let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
            mail.content = Bytes::from(format!("{from}Subject: a\r\n\r\nb\r\n"));
            let refused = sender.submit(mail).await;
            assert!(matches!(refused, Err(SubmitError::FromMismatch)), "{from:?}: {refused:?}");
        }
        let in_capitals = outgoing("Acme <INFO@ACME.TEST>", &["bob@far.test"]);
        sender.submit(in_capitals).await.unwrap();
        assert_eq!(queued(&world).await.len(), 1);
    });
}

#[test]
fn a_mail_has_recipients_and_not_too_many() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        let nobody = sender.submit(outgoing("info@acme.test", &[])).await;
        assert!(matches!(nobody, Err(SubmitError::NoRecipient)));
        let many: Vec<String> = (0..=RECIPIENTS).map(|number| format!("bob{number}@far.test")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let refused = sender.submit(outgoing("info@acme.test", &many)).await;
        assert!(matches!(refused, Err(SubmitError::TooManyRecipients)));
        sender.submit(outgoing("info@acme.test", &many[..RECIPIENTS])).await.unwrap();
        assert_eq!(queued(&world).await.len(), RECIPIENTS);
    });
}

#[test]
fn a_mail_that_is_answered_says_so_in_each_folder_that_holds_it() {
    on_both(|world| async move {
        world.deliver(&["info@acme.test"], &letter("question", "Why?")).await;
        let mailbox = world.annas().await;
        let inbox = mailbox.inbox().await;
        let question = mailbox.list(inbox, None, 1).await.unwrap().remove(0);
        let archive = mailbox.named("Archive").await.id;
        mailbox.copy(inbox, &crate::UidSet::all(), archive).await.unwrap();
        let before = mailbox.folder(inbox).await.unwrap();
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        mail.answers = Some(question.message);
        annas_sender(&world).await.submit(mail).await.unwrap();
        for folder in [inbox, archive] {
            let entries = mailbox.entries(folder, &crate::UidSet::all()).await.unwrap();
            assert!(entries[0].flags.has(Flags::ANSWERED));
        }
        let after = mailbox.changes_since(inbox, before.modseq).await.unwrap();
        assert_eq!((after.changed.len(), after.view.unseen), (1, 1), "still unread, and told");
    });
}

#[test]
fn a_mail_whose_copy_has_no_room_is_not_sent() {
    on_both(|world| async move {
        let access = world.access_with_quota(100);
        let sender = access.send_as(&world.anna.actor, &email("info@acme.test")).await.unwrap();
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        mail.sent_copy = SentCopy::Save;
        assert!(matches!(sender.submit(mail.clone()).await, Err(SubmitError::Mail(MailError::OverQuota))));
        assert!(queued(&world).await.is_empty());
        mail.sent_copy = SentCopy::Skip;
        sender.submit(mail).await.unwrap();
    });
}

#[test]
fn a_sent_folder_that_was_renamed_still_gets_the_copies() {
    on_both(|world| async move {
        let mailbox = world.annas().await;
        let folder = mailbox.named("Sent").await.id;
        mailbox.rename_folder(folder, "Out").await.unwrap();
        let mut mail = outgoing("info@acme.test", &["bob@far.test"]);
        mail.sent_copy = SentCopy::Save;
        annas_sender(&world).await.submit(mail).await.unwrap();
        let view = mailbox.named("Out").await;
        assert_eq!((view.total, view.special_use), (1, Some(SpecialUse::Sent)));
    });
}

#[test]
fn an_address_writes_to_so_many_within_any_day() {
    on_both(|world| async move {
        let sender = annas_sender(&world).await;
        let hundred = |from: usize| {
            let names: Vec<String> =
                (from..from + RECIPIENTS).map(|number| format!("r{number}@far.test")).collect();
            outgoing("info@acme.test", &names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let few = |count: usize| {
            let names: Vec<String> = (0..count).map(|number| format!("r{number}@far.test")).collect();
            outgoing("info@acme.test", &names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        for round in 0..RECIPIENTS_PER_DAY / RECIPIENTS {
            sender.submit(hundred(round * RECIPIENTS)).await.unwrap();
        }
        let left = RECIPIENTS_PER_DAY % RECIPIENTS;
        let over = sender.submit(few(left + 1)).await;
        assert!(matches!(over, Err(SubmitError::TooManyToday)), "{over:?}");
        world.clock.advance(domain::duration::hours(12));
        sender.submit(few(left)).await.unwrap();
        assert!(matches!(sender.submit(few(1)).await, Err(SubmitError::TooManyToday)));
        // The day slides: what was sent first is forgotten first.
        world.clock.advance(domain::duration::hours(12));
        sender.submit(hundred(0)).await.unwrap();
        assert_eq!(
            world.read(|tx| tx.load("SELECT count(*) FROM submissions", &[], |row| row.get::<i64>(0))).await,
            16
        );
    });
}

#[test]
fn the_day_is_counted_by_an_index() {
    on_both(|world| async move {
        let plan = world
            .read(|tx| {
                let question =
                    "SELECT sum(recipients) FROM submissions WHERE mailbox_id = $1 AND created_at > $2";
                let plan = match tx.dialect() {
                    store::Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
                    store::Dialect::Postgres => {
                        tx.execute("SET LOCAL enable_seqscan = off", &[])?;
                        ("EXPLAIN", 0)
                    }
                };
                let mailbox: &[u8] = &[7; 16];
                tx.query(&format!("{} {question}", plan.0), &[&mailbox, &7_i64], |row| {
                    row.get::<String>(plan.1)
                })
            })
            .await
            .join("\n");
        assert!(plan.contains("submissions_by_mailbox"), "{plan}");
    });
}
