//! Where else mail goes.

use domain::duration::days;
use domain::{EmailAddress, MailboxId, Permissions, RedirectionId, Role, Secret};
use identity::mails::{MAIL_JOB, Mail, MailTemplate};
use queue::desk::QueuedMail;

use super::on_both;
use super::world::{PASSWORD, Person, World, email, letter, mail};
use crate::desk::{AddressDesk, For};
use crate::{
    Agreed, DeliveryError, IncomingMail, KeptCopy, RecipientError, RedirectionError, RedirectionLinkError,
    RedirectionState, SenderStanding,
};

/// Olga at the desk of info@acme.test.
async fn olgas(world: &World) -> (Person, AddressDesk) {
    let olga = world.sign_in("olga").await;
    let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
    (olga, desk)
}

/// The questions that were mailed, the first first.
async fn questions(world: &World) -> Vec<Mail> {
    let all = world.read(|tx| store::jobs::list(tx, Some(MAIL_JOB), 500)).await;
    let mails = all.iter().map(|job| serde_json::from_str::<Mail>(&job.payload).unwrap());
    mails.filter(|mail| mail.template == MailTemplate::RedirectionAsked).collect()
}

/// The link's token and the code of the last question to a target.
async fn asked(world: &World, target: &str) -> (String, String) {
    let values = questions(world).await.into_iter().rfind(|mail| mail.to == target).unwrap().values;
    (values["link"].rsplit('/').next().unwrap().to_owned(), values["code"].clone())
}

/// Redirects an address of Acme, and lets the target agree.
async fn redirect(world: &World, mailbox: MailboxId, target: &str) -> RedirectionId {
    let (desk, proof) = (world.desk(mailbox).await, world.proof().await);
    if let RedirectionState::Waiting(_) = desk.redirect(&proof, &email(target)).await.unwrap() {
        let (token, _) = asked(world, target).await;
        world.access.agree_to_redirection(&token).await.unwrap();
    }
    let all = desk.redirections().await.unwrap().targets;
    all.into_iter().find(|one| one.target == target).unwrap().id
}

async fn queued(world: &World) -> Vec<QueuedMail> {
    world.read(|tx| queue::desk::list(tx, 500)).await
}

/// To whom mail leaves, by name.
async fn leaving(world: &World) -> Vec<String> {
    let mut all: Vec<String> = queued(world)
        .await
        .iter()
        .flat_map(|mail| mail.recipients.iter().map(|recipient| recipient.address.to_string()))
        .collect();
    all.sort();
    all
}

/// How many messages a mailbox holds.
async fn kept(world: &World, mailbox: MailboxId) -> u64 {
    let sql = "SELECT count(*) FROM messages WHERE mailbox_id = $1";
    world.read(move |tx| tx.load(sql, &[&mailbox], |row| row.get(0))).await
}

#[test]
fn mail_goes_to_an_address_of_the_service_at_once_and_a_copy_stays_unless_it_shall_not() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let sales = world.address("sales@acme.test").await;
        let state = desk.redirect(&olga.proof, &email("Sales@acme.test")).await.unwrap();
        assert!(matches!(state, RedirectionState::Active(_)));
        world.deliver(&["info@acme.test"], &letter("one", "Hello")).await;
        assert_eq!((kept(&world, world.info).await, kept(&world, sales).await), (1, 1));
        desk.keep_copy(KeptCopy::Passed).await.unwrap();
        world.deliver(&["info@acme.test", "sales@acme.test"], &letter("two", "Hello")).await;
        assert_eq!((kept(&world, world.info).await, kept(&world, sales).await), (1, 2), "one copy each");
        let view = desk.redirections().await.unwrap();
        assert_eq!((view.copy, view.targets.len()), (KeptCopy::Passed, 1));
        desk.end_redirection(view.targets[0].id).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("three", "Hello")).await;
        assert_eq!(
            (kept(&world, world.info).await, kept(&world, sales).await),
            (2, 2),
            "nobody else gets it"
        );
        let again = desk.end_redirection(view.targets[0].id).await;
        assert!(matches!(again, Err(RedirectionError::Desk(_))));
    });
}

#[test]
fn a_target_outside_gets_nothing_before_it_has_agreed() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let state = desk.redirect(&olga.proof, &email("ben@far.test")).await.unwrap();
        assert!(matches!(state, RedirectionState::Waiting(_)));
        let mailed = questions(&world).await;
        assert_eq!((mailed.len(), mailed[0].to.as_str()), (1, "ben@far.test"));
        let (token, _) = asked(&world, "ben@far.test").await;
        for _ in 0..2 {
            let offer = world.access.redirection_offer(&token).await.unwrap();
            assert_eq!((offer.address.as_str(), offer.organization.as_str()), ("info@acme.test", "Acme"));
        }
        world.deliver(&["info@acme.test"], &letter("early", "Hello")).await;
        assert!(queued(&world).await.is_empty(), "opening the link changes nothing");
        world.access.agree_to_redirection(&token).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("late", "Hello")).await;
        assert_eq!(leaving(&world).await, ["ben@far.test"]);
        assert_eq!(world.access.agree_to_redirection(&token).await, Err(RedirectionLinkError::Dead));
        assert_eq!(world.access.decline_redirection(&token).await, Err(RedirectionLinkError::Dead));
        assert_eq!(world.access.redirection_offer("never").await, Err(RedirectionLinkError::Dead));
        let hashes = world.count("SELECT count(*) FROM redirections WHERE token_hash IS NOT NULL").await;
        assert_eq!(hashes, 0);
    });
}

#[test]
fn a_target_can_refuse_and_a_question_runs_out_and_is_asked_again() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        desk.redirect(&olga.proof, &email("ben@far.test")).await.unwrap();
        let (first, _) = asked(&world, "ben@far.test").await;
        let id = desk.redirections().await.unwrap().targets[0].id;
        world.clock.advance(std::time::Duration::from_secs(1));
        desk.ask_again(id).await.unwrap();
        assert_eq!(world.access.redirection_offer(&first).await, Err(RedirectionLinkError::Dead));
        world.clock.advance(days(7));
        let (second, _) = asked(&world, "ben@far.test").await;
        assert_eq!(world.access.agree_to_redirection(&second).await, Err(RedirectionLinkError::Dead));
        assert_eq!(desk.redirections().await.unwrap().targets[0].state, RedirectionState::Expired);
        desk.ask_again(id).await.unwrap();
        let (third, _) = asked(&world, "ben@far.test").await;
        world.access.decline_redirection(&third).await.unwrap();
        assert!(desk.redirections().await.unwrap().targets.is_empty());
        let olga = world.sign_in("olga").await;
        let log = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let newest = log.activity(None, 1).await.unwrap().remove(0);
        assert_eq!(
            (newest.verb.as_str(), newest.actor_name.as_str()),
            ("redirection.decline", "ben@far.test")
        );
    });
}

#[test]
fn a_code_that_the_target_tells_counts_as_well_and_five_wrong_ones_end_it() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        for target in ["ben@far.test", "eve@far.test"] {
            desk.redirect(&olga.proof, &email(target)).await.unwrap();
        }
        let codes = [asked(&world, "ben@far.test").await.1, asked(&world, "eve@far.test").await.1];
        let all = desk.redirections().await.unwrap().targets;
        let spaced = format!("{} {}", &codes[0][..4], &codes[0][4..]);
        assert_eq!(desk.agree_by_code(all[0].id, &spaced).await.unwrap(), Agreed::Yes);
        for _ in 0..5 {
            assert_eq!(desk.agree_by_code(all[1].id, &codes[0]).await.unwrap(), Agreed::WrongCode);
        }
        let ended = desk.agree_by_code(all[1].id, &codes[1]).await;
        assert!(matches!(ended, Err(RedirectionError::Code)), "{ended:?}");
        world.deliver(&["info@acme.test"], &letter("one", "Hello")).await;
        assert_eq!(leaving(&world).await, ["ben@far.test"]);
    });
}

#[test]
fn what_leaves_is_the_message_as_it_came_under_a_path_that_leads_back() {
    on_both(|world| async move {
        redirect(&world, world.info, "ben@far.test").await;
        let signed = [b"DKIM-Signature: v=1; d=far.test\r\n", letter("one", "Hello").as_slice()].concat();
        world.deliver(&["info@acme.test"], &signed).await;
        let sql = "SELECT content FROM submissions";
        let left = world.read(move |tx| tx.load(sql, &[], |row| row.get::<Vec<u8>>(0))).await;
        assert_eq!(left, [b"Delivered-To: info@acme.test\r\n".as_slice(), &signed].concat());
        let path = queued(&world).await[0].sender.clone().unwrap().to_string();
        assert!(path.starts_with("SRS0=") && path.ends_with("=far.test=bob@acme.test"), "{path}");
        let mut bounce = world.access.bounce_delivery();
        bounce.add(&email(&path)).await.unwrap();
        bounce.complete(IncomingMail { sender: None, ..mail(b"Subject: bounce\r\n\r\n") }).await.unwrap();
        assert_eq!(leaving(&world).await, ["ben@far.test", "bob@far.test"]);
        assert!(queued(&world).await.iter().any(|mail| mail.sender.is_none()));
        let forged = path.replace("=bob@", "=eve@");
        let mut bounce = world.access.bounce_delivery();
        assert_eq!(bounce.add(&email(&forged)).await, Err(RecipientError::Unknown));
        let mut no_bounce = world.access.delivery();
        assert_eq!(
            no_bounce.add(&email(&path)).await,
            Err(RecipientError::Unknown),
            "only bounces are returned"
        );
        world.clock.advance(days(30));
        assert_eq!(world.access.bounce_delivery().add(&email(&path)).await, Err(RecipientError::Unknown));
    });
}

#[test]
fn a_sender_too_long_for_a_path_is_remembered_and_one_of_ours_is_left_as_it_is() {
    on_both(|world| async move {
        redirect(&world, world.info, "ben@far.test").await;
        let long = "bounces+1234567-8a9b-info=acme.test@em1234.mail.example.com";
        for sender in [long, "sales@acme.test"] {
            let mut delivery = world.access.delivery();
            delivery.add(&email("info@acme.test")).await.unwrap();
            let arriving = IncomingMail { sender: Some(email(sender)), ..mail(&letter("a", "b")) };
            delivery.complete(arriving).await.unwrap();
        }
        let mut paths: Vec<String> =
            queued(&world).await.into_iter().map(|mail| mail.sender.unwrap().to_string()).collect();
        paths.sort();
        assert!(paths[0].starts_with("SRS0=") && paths[0].len() < 80, "{paths:?}");
        assert_eq!(paths[1], "sales@acme.test");
        let local = world.access.local_delivery();
        local.deliver(&email(&paths[0]), None, letter("bounce", "Sorry").into()).await.unwrap();
        assert!(leaving(&world).await.contains(&long.to_owned()));
    });
}

#[test]
fn no_mail_is_lost_when_its_targets_are_gone_or_full_and_an_address_without_copies_is_never_full() {
    on_both(|world| async move {
        let (_, desk) = olgas(&world).await;
        let sales = world.address("sales@acme.test").await;
        redirect(&world, world.info, "sales@acme.test").await;
        desk.keep_copy(KeptCopy::Passed).await.unwrap();
        world
            .write(|tx| {
                tx.execute("UPDATE mailboxes SET quota_bytes = 0 WHERE address_key LIKE 'info%'", &[])
                    .map(drop)
            })
            .await;
        world.deliver(&["info@acme.test"], &letter("one", "Hello")).await;
        assert_eq!((kept(&world, world.info).await, kept(&world, sales).await), (0, 1));
        let full_and_empty =
            "UPDATE mailboxes SET quota_bytes = CASE WHEN address_key LIKE 'sales%' THEN 0 END";
        world.write(move |tx| tx.execute(full_and_empty, &[]).map(drop)).await;
        world.deliver(&["info@acme.test"], &letter("two", "Hello")).await;
        assert_eq!((kept(&world, world.info).await, kept(&world, sales).await), (1, 1), "it is full");
        world.desk(sales).await.delete(&world.proof().await).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("three", "Hello")).await;
        assert_eq!(kept(&world, world.info).await, 2, "it is gone");
    });
}

#[test]
fn what_cannot_be_sent_on_stays_only_while_the_address_has_room_for_it() {
    on_both(|world| async move {
        let (_, desk) = olgas(&world).await;
        world.address("sales@acme.test").await;
        redirect(&world, world.info, "sales@acme.test").await;
        desk.keep_copy(KeptCopy::Passed).await.unwrap();
        let full = "UPDATE mailboxes SET quota_bytes = 0 WHERE address_key LIKE 'info%'";
        world.write(move |tx| tx.execute(full, &[]).map(drop)).await;
        // A stranger writes above the mail that it went through here before.
        let been_here = [b"Delivered-To: info@acme.test\r\n".as_slice(), &letter("one", "Hello")].concat();
        let mut delivery = world.access.delivery();
        delivery.add(&email("info@acme.test")).await.unwrap();
        let refused = delivery.complete(mail(&been_here)).await;
        assert_eq!(refused, Err(DeliveryError::OverQuota));
        assert_eq!(kept(&world, world.info).await, 0);
    });
}

#[test]
fn a_redirection_to_the_address_itself_or_back_to_it_is_refused() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        desk.add_alias(&email("contact@acme.test")).await.unwrap();
        let add =
            async |desk: &AddressDesk, target: &str| match desk.redirect(&olga.proof, &email(target)).await {
                Ok(_) => "made",
                Err(RedirectionError::OwnAddress) => "own",
                Err(RedirectionError::Loop) => "loop",
                Err(RedirectionError::NoSuchAddress) => "none",
                Err(RedirectionError::Twice) => "twice",
                Err(error) => panic!("{target}: {error}"),
            };
        for own in ["info@acme.test", "INFO+x@acme.test", "contact@acme.test", "contact+y@acme.test"] {
            assert_eq!(add(&desk, own).await, "own", "{own}");
        }
        assert_eq!(add(&desk, "never@acme.test").await, "none");
        let (one, two) = (world.address("one@acme.test").await, world.address("two@acme.test").await);
        let one = world.access.address_desk(&olga.actor, one).await.unwrap();
        let two = world.access.address_desk(&olga.actor, two).await.unwrap();
        assert_eq!(add(&desk, "one@acme.test").await, "made");
        assert_eq!(add(&desk, "One@acme.test").await, "twice");
        assert_eq!(add(&one, "two+a@acme.test").await, "made");
        assert_eq!(add(&two, "contact@acme.test").await, "loop");
    });
}

#[test]
fn a_loop_over_others_ends_and_the_mail_is_kept() {
    on_both(|world| async move {
        let (_, desk) = olgas(&world).await;
        let (_, _, theirs) = world.elsewhere("globex", "gus").await;
        redirect(&world, world.info, "desk@globex.test").await;
        redirect(&world, theirs, "info@acme.test").await;
        for desk in [desk.clone(), world.desk(theirs).await] {
            desk.keep_copy(KeptCopy::Passed).await.unwrap();
        }
        world.deliver(&["info@acme.test"], &letter("one", "Hello")).await;
        assert_eq!(kept(&world, world.info).await + kept(&world, theirs).await, 1);
        redirect(&world, world.info, "ben@far.test").await;
        let back = [b"Delivered-To: <INFO@acme.test>\r\n".as_slice(), &letter("two", "Hello")].concat();
        world.deliver(&["info@acme.test"], &back).await;
        assert!(leaving(&world).await.is_empty(), "it came through here before");
        let far = [b"Received: x\r\n".repeat(26).as_slice(), &letter("three", "Hello")].concat();
        world.deliver(&["info@acme.test"], &far).await;
        assert!(leaving(&world).await.is_empty(), "it went round too long");
        assert_eq!(kept(&world, world.info).await + kept(&world, theirs).await, 3);
    });
}

#[test]
fn an_account_is_not_taken_over_by_a_redirection() {
    on_both(|world| async move {
        let password = Secret::new(PASSWORD.to_owned());
        world
            .identity
            .add_user(&world.operator, email("sam@acme.test"), "Sam Tester", &password)
            .await
            .unwrap();
        let olga = world.sign_in("olga").await;
        let service = world.access.service_desk(&world.operator, world.service).await.unwrap();
        let sam_user = world.identity.user_of(&world.operator, email("sam@acme.test")).await.unwrap();
        let sams = service.create_address(&email("sam@acme.test"), For::User(sam_user)).await.unwrap();
        let desk = world.access.address_desk(&olga.actor, sams).await.unwrap();
        let refused = desk.redirect(&olga.proof, &email("olga@far.test")).await;
        assert!(matches!(refused, Err(RedirectionError::AddressIsLogin)), "{refused:?}");
        assert!(matches!(desk.keep_copy(KeptCopy::Passed).await, Err(RedirectionError::AddressIsLogin)));
        let free = world.address("free@acme.test").await;
        let (_, _, _) = world.elsewhere("globex", "gus").await;
        let desk = world.access.address_desk(&olga.actor, free).await.unwrap();
        desk.redirect(&olga.proof, &email("olga@far.test")).await.unwrap();
        let shared =
            world.identity.add_user(&world.operator, email("free@acme.test"), "Fred T", &password).await;
        assert!(matches!(shared, Err(identity::OperatorError::AddressIsShared(_))), "{shared:?}");
    });
}

#[test]
fn nobody_is_flooded_with_questions_and_targets_are_limited() {
    on_both(|world| async move {
        let (olga, desk) = olgas(&world).await;
        let ben: EmailAddress = email("ben@far.test");
        for round in 0..6 {
            let asked = desk.redirect(&olga.proof, &ben).await;
            if round == 5 {
                assert!(matches!(asked, Err(RedirectionError::AskedTooOften)), "{asked:?}");
                break;
            }
            asked.unwrap();
            let id = desk.redirections().await.unwrap().targets[0].id;
            desk.end_redirection(id).await.unwrap();
        }
        assert!(
            desk.redirections().await.unwrap().targets.is_empty(),
            "nothing of what was refused is there"
        );
        for number in 0..95 {
            desk.redirect(&olga.proof, &email(&format!("{number}@far.test"))).await.unwrap();
        }
        let more = desk.redirect(&olga.proof, &email("more@far.test")).await;
        assert!(matches!(more, Err(RedirectionError::AskedTooOften)), "{more:?}");
        world.clock.advance(days(1));
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        for number in 95..100 {
            desk.redirect(&olga.proof, &email(&format!("{number}@far.test"))).await.unwrap();
        }
        let more = desk.redirect(&olga.proof, &email("more@far.test")).await;
        assert!(matches!(more, Err(RedirectionError::TooMany)), "{more:?}");
    });
}

#[test]
fn whoever_may_only_look_or_is_a_stranger_changes_nothing() {
    on_both(|world| async move {
        let (gus, _, _) = world.elsewhere("globex", "gus").await;
        assert!(world.access.address_desk(&gus.actor, world.info).await.is_err());
        let (_, desk) = olgas(&world).await;
        let eve = world.member("eve", Role::Administrator).await;
        let eves = world.access.address_desk(&eve.actor, world.info).await.unwrap();
        let organization = world.access.organization_desk(&world.operator, world.acme).await.unwrap();
        organization.remove_user(&world.proof().await, eve.user).await.unwrap();
        let refused = eves.redirect(&eve.proof, &email("eve@far.test")).await;
        assert!(matches!(refused, Err(RedirectionError::Desk(_))), "{refused:?}");
        assert!(desk.redirections().await.unwrap().targets.is_empty());
        let ben = world.person("ben").await;
        world.give(world.info, &ben, Permissions::NONE).await;
        let bens = world.access.open(&ben.actor, world.info).await.unwrap();
        assert!(bens.redirections().await.is_err());
    });
}

#[test]
fn mail_of_a_blocked_sender_is_sent_on_to_nobody() {
    on_both(|world| async move {
        let (_, desk) = olgas(&world).await;
        redirect(&world, world.info, "ben@far.test").await;
        desk.keep_copy(KeptCopy::Passed).await.unwrap();
        let blocked = "bob@far.test".parse().unwrap();
        desk.settings().list_sender(&blocked, SenderStanding::Blocked).await.unwrap();
        world.deliver(&["info@acme.test"], &letter("unwanted", "Hello")).await;
        assert!(queued(&world).await.is_empty());
        assert_eq!(kept(&world, world.info).await, 1, "it lies in the junk");
        desk.settings().unlist_sender("bob@far.test").await.unwrap();
        world.deliver(&["info@acme.test"], &letter("wanted", "Hello")).await;
        assert_eq!(leaving(&world).await, ["ben@far.test"]);
    });
}
