//! Mail that answers while nobody does (S11).

use bytes::Bytes;
use domain::{Permission, Permissions, Role, duration};

use super::on_both;
use super::setting_acts::auto_reply;
use super::world::{World, email, mail};
use crate::desk::DeskError;
use crate::{
    Access, Act, AutoReply, AutoReplyError, BroughtBy, IncomingMail, Lack, MailError, NewAutoReply,
    SettingsError, Weekdays,
};

/// Delivers a mail of Bob's with more fields in its header.
async fn arrives(world: &World, sender: &str, to: &str, fields: &str) {
    let content = format!(
        "From: Bob <{sender}>\r\n{to}\r\n{fields}Message-ID: <1@far.test>\r\nSubject: Order\r\n\r\nHello\r\n"
    );
    let mut delivery = world.access.delivery();
    delivery.add(&email("info@acme.test")).await.unwrap();
    let mail = IncomingMail { sender: sender.parse().ok(), ..mail(content.as_bytes()) };
    delivery.complete(mail).await.unwrap();
}

async fn arrives_from(world: &World, sender: &str) {
    arrives(world, sender, "To: info@acme.test", "").await;
}

/// What was accepted for sending: to whom, from whom, and the message.
async fn answers(world: &World) -> Vec<(String, String, String)> {
    world
        .read(|tx| {
            let sql = "SELECT r.recipient, s.sender, s.content FROM submissions s JOIN outgoing_recipients r \
                       ON r.submission_id = s.submission_id ORDER BY s.submission_id";
            tx.query(sql, &[], |row| {
                let content = String::from_utf8(row.get::<Bytes>(2)?.to_vec()).unwrap();
                Ok((row.get(0)?, row.get(1)?, content))
            })
        })
        .await
}

async fn count(world: &World) -> u64 {
    world.count("SELECT count(*) FROM submissions").await
}

/// info@acme.test with an active auto-reply.
async fn away(world: &World, reply: &AutoReply) -> domain::AutoReplyId {
    let settings = world.annas().await.address_settings();
    let id = settings.add_auto_reply(reply).await.unwrap();
    settings.activate_auto_reply(id).await.unwrap();
    id
}

#[test]
fn a_sender_is_answered_once_in_the_days_that_the_auto_reply_says() {
    on_both(|world| async move {
        away(&world, &auto_reply("Back on Monday.")).await;
        arrives_from(&world, "bob@far.test").await;
        arrives_from(&world, "Bob@far.test").await;
        assert_eq!(count(&world).await, 1, "the same sender in another spelling");
        arrives_from(&world, "carol@far.test").await;
        assert_eq!(count(&world).await, 2, "another sender");
        world.clock.advance(duration::days(7) - duration::minutes(1));
        arrives_from(&world, "bob@far.test").await;
        assert_eq!(count(&world).await, 2);
        world.clock.advance(duration::minutes(1));
        arrives_from(&world, "bob@far.test").await;
        assert_eq!(count(&world).await, 3);
        assert_eq!(world.count("SELECT count(*) FROM auto_replied").await, 1, "what is over is forgotten");
    });
}

#[test]
fn an_answer_by_machine_says_so_and_leads_to_no_other() {
    on_both(|world| async move {
        away(&world, &auto_reply("Je suis en congé.")).await;
        arrives(&world, "bob@far.test", "To: Info <INFO+x@acme.test>", "References: <0@far.test>\r\n").await;
        let (recipient, sender, content) = answers(&world).await.remove(0);
        assert_eq!(
            (recipient.as_str(), sender.as_str()),
            ("bob@far.test", ""),
            "to the envelope, from nobody"
        );
        for line in [
            "Auto-Submitted: auto-replied (vacation)\r\n",
            "From: INFO@acme.test\r\n",
            "To: bob@far.test\r\n",
            "Subject: Auto: Order\r\n",
            "In-Reply-To: <1@far.test>\r\n",
            "References: <0@far.test>\r\n <1@far.test>\r\n",
            "Je suis en cong=C3=A9.",
        ] {
            assert!(content.contains(line), "{line} in {content}");
        }
        assert_eq!(world.count("SELECT count(*) FROM submissions WHERE mailbox_id IS NOT NULL").await, 0);
        let mut delivery = world.access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        let content = Bytes::from(content);
        delivery.complete(IncomingMail { sender: None, ..mail(&content) }).await.unwrap();
        arrives(&world, "dora@far.test", "To: info@acme.test", "Auto-Submitted: auto-replied\r\n").await;
        assert_eq!(count(&world).await, 1, "an answer is not answered");
    });
}

#[test]
fn only_mail_that_a_person_wrote_to_this_address_is_answered() {
    on_both(|world| async move {
        away(&world, &auto_reply("Back on Monday.")).await;
        world.desk(world.info).await.add_alias(&email("contact@acme.test")).await.unwrap();
        let me = "To: info@acme.test";
        for (sender, to, fields, is_answered) in [
            ("", me, "", false),
            ("mailer-daemon@far.test", me, "", false),
            ("no-reply@far.test", me, "", false),
            ("info@acme.test", me, "", false),
            ("contact@acme.test", me, "", false),
            ("info+me@acme.test", me, "", false),
            ("list@far.test", me, "List-Id: <club.far.test>\r\n", false),
            ("a@far.test", me, "Precedence: bulk\r\n", false),
            ("b@far.test", "To: club@far.test", "", false),
            ("c@far.test", "Bcc: info@acme.test", "", false),
            ("d@far.test", "To: club@far.test", "Cc: \"Info\" <info@acme.test>\r\n", true),
            ("e@far.test", "To: club@far.test", "Resent-To: info@acme.test\r\n", true),
            ("f@far.test", "To: Contact@ACME.test", "", true),
            ("g@far.test", "To: contact+x@acme.test", "", true),
        ] {
            let before = count(&world).await;
            arrives(&world, sender, to, fields).await;
            assert_eq!(count(&world).await - before, u64::from(is_answered), "{sender} {to} {fields}");
        }
    });
}

#[test]
fn mail_that_its_domain_disowns_is_not_answered() {
    on_both(|world| async move {
        away(&world, &auto_reply("Back on Monday.")).await;
        let forged = "Authentication-Results: mx.acme.test; spf=fail smtp.mailfrom=far.test; dmarc=fail \
                      header.from=far.test\r\nTo: info@acme.test\r\nFrom: a@far.test\r\n\r\nHello\r\n";
        let access: &Access = &world.access;
        let found = access.verdicts(forged.as_bytes()).unwrap();
        let arriving = crate::setting::answering::Arriving::of(
            Some(&email("a@far.test")),
            forged.as_bytes(),
            Some(&found),
        );
        let info = world.info;
        world.write(move |tx| crate::setting::answering::answer(tx, "mx.acme.test", info, &arriving)).await;
        assert_eq!(count(&world).await, 0);
        // What a stranger writes under the name of this server is not believed.
        let mut delivery = world.access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        let mail = IncomingMail {
            sender: Some(email("a@far.test")),
            brought_by: BroughtBy::Us,
            ..mail(forged.as_bytes())
        };
        delivery.complete(mail).await.unwrap();
        assert_eq!(count(&world).await, 1);
    });
}

#[test]
fn an_auto_reply_answers_on_its_days_in_the_time_zone_of_the_address() {
    on_both(|world| async move {
        // The clock of the tests starts on a day; the auto-reply begins on the next.
        let today = world.annas().await.address_settings();
        today.set_time_zone("UTC").await.unwrap();
        let start = testkit::clock::START;
        let day = |days: u64| crate::Day::at(start.plus(duration::days(days)), "UTC").to_string();
        let (first, last) = (day(1), day(2));
        let new = NewAutoReply {
            name: "Trip",
            subject: "Away",
            text: "Back soon.",
            first_day: &first,
            last_day: &last,
            weekdays: Weekdays::ALL,
            every_days: "1",
        };
        away(&world, &AutoReply::new(&new).unwrap()).await;
        for (days, answers) in [(0, false), (1, true), (2, true), (3, false)] {
            let before = count(&world).await;
            assert_eq!(today.auto_replies().await.unwrap().answers_now, answers, "after {days} days");
            arrives_from(&world, "bob@far.test").await;
            assert_eq!(count(&world).await - before, u64::from(answers), "after {days} days");
            world.clock.advance(duration::days(1));
        }
        assert!(answers(&world).await[0].2.contains("Subject: Away\r\n"));
        let zone = today.set_time_zone("Mars/Crater").await;
        assert!(matches!(zone, Err(crate::TimeZoneError::Unknown)), "{zone:?}");
    });
}

#[test]
fn of_several_auto_replies_one_answers_and_none_when_they_are_paused() {
    on_both(|world| async move {
        let settings = world.annas().await.address_settings();
        let first = away(&world, &auto_reply("one")).await;
        let second = away(&world, &auto_reply("two")).await;
        let listed = settings.auto_replies().await.unwrap();
        assert!(listed.answers_now && listed.all.len() == 2);
        let active: Vec<_> = listed.all.iter().filter(|view| view.is_active).map(|view| view.id).collect();
        assert_eq!(active, [second]);
        arrives_from(&world, "bob@far.test").await;
        assert!(answers(&world).await[0].2.contains("\r\n\r\ntwo\r\n"));
        settings.change_auto_reply(second, &auto_reply("three")).await.unwrap();
        arrives_from(&world, "bob@far.test").await;
        assert_eq!(count(&world).await, 2, "a new text is told anew");
        settings.pause_auto_replies().await.unwrap();
        arrives_from(&world, "carol@far.test").await;
        assert_eq!(count(&world).await, 2);
        settings.delete_auto_reply(second).await.unwrap();
        assert_eq!(world.count("SELECT count(*) FROM auto_replied").await, 0);
        let gone = settings.activate_auto_reply(second).await;
        assert!(matches!(gone, Err(SettingsError::Desk(DeskError::NotFound))), "{gone:?}");
        settings.activate_auto_reply(first).await.unwrap();
        let verbs = "SELECT count(*) FROM audit_entries WHERE verb LIKE 'auto_reply.%'";
        assert_eq!(world.count(verbs).await, 8);
    });
}

#[test]
fn auto_replies_are_changed_with_the_permission_and_by_whoever_manages_the_address() {
    on_both(|world| async move {
        world.allow(world.info, &world.anna, Permissions::ALL.without(Permission::AutoReplies)).await;
        let settings = world.annas().await.address_settings();
        let refused = settings.add_auto_reply(&auto_reply("no")).await;
        let missing = MailError::MayNot(Permission::AutoReplies).to_string();
        assert!(matches!(&refused, Err(AutoReplyError::Settings(error)) if error.to_string() == missing));
        let lacks = settings.lacks(Act::ChangeAutoReplies).await.unwrap();
        assert_eq!(lacks, Some(Lack::Permission(Permission::AutoReplies)));
        assert!(settings.auto_replies().await.unwrap().all.is_empty(), "to look is to read");
        let boss = world.member("boss", Role::Administrator).await;
        let desk = world.access.address_desk(&boss.actor, world.info).await.unwrap().settings();
        assert_eq!(desk.lacks(Act::ChangeAutoReplies).await.unwrap(), None);
        let id = desk.add_auto_reply(&auto_reply("yes")).await.unwrap();
        desk.activate_auto_reply(id).await.unwrap();
        assert_eq!(settings.auto_replies().await.unwrap().all.len(), 1);
        let (_, _, elsewhere) = world.elsewhere("other", "otto").await;
        let foreign = world.access.address_desk(&boss.actor, elsewhere).await;
        assert!(foreign.is_err());
        let other = world.desk(elsewhere).await.settings();
        let foreign = other.change_auto_reply(id, &auto_reply("stolen")).await;
        assert!(matches!(foreign, Err(SettingsError::Desk(DeskError::NotFound))), "{foreign:?}");
    });
}

#[test]
fn there_is_a_limit_on_auto_replies_and_on_those_who_are_remembered() {
    on_both(|world| async move {
        let settings = world.annas().await.address_settings();
        let id = away(&world, &auto_reply("one")).await;
        for _ in 1..50 {
            settings.add_auto_reply(&auto_reply("more")).await.unwrap();
        }
        let more = settings.add_auto_reply(&auto_reply("one more")).await;
        assert!(matches!(more, Err(AutoReplyError::TooMany)), "{more:?}");
        let info = world.info;
        world
            .write(move |tx| {
                for number in 0..10_000 {
                    let sql = "INSERT INTO auto_replied (mailbox_id, auto_reply_id, sender_key, answered_at) \
                               VALUES ($1, $2, $3, $4)";
                    tx.execute(sql, &[&info, &id, &format!("{number}@far.test"), &tx.now()])?;
                }
                Ok(())
            })
            .await;
        arrives_from(&world, "bob@far.test").await;
        assert_eq!(count(&world).await, 0);
        world.clock.advance(duration::days(7));
        arrives_from(&world, "bob@far.test").await;
        assert_eq!(count(&world).await, 1);
    });
}
