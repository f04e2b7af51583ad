//! Accesses that end by themselves, or open at weekly hours only, and ending what devices have open.

use bus::{EndReason, UserEvent};
use domain::duration::{days, hours, minutes};
use domain::{Permissions, Role, Timestamp};
use identity::hours::Hours;
use identity::limits::Limits;
use identity::mails::{MAIL_JOB, Mail, MailTemplate};

use super::on_both;
use super::world::{Person, World};
use crate::desk::{LimitsError, Passwords};
use crate::{MailError, OpenError};

impl World {
    /// Sets when Anna's access to info@acme.test holds.
    async fn limit(&self, by: &Person, limits: Limits) -> Result<(), LimitsError> {
        let desk = self.access.address_desk(&by.actor, self.info).await.unwrap();
        desk.set_limits(&by.proof, self.anna.user, &limits).await
    }

    /// Lets the accesses turn whose time has come; when the next does.
    async fn turn(&self) -> Option<Timestamp> {
        self.identity.turn_accesses().await.unwrap()
    }

    fn now(&self) -> Timestamp {
        domain::Clock::now(&*self.clock)
    }
}

fn until(ends_at: Timestamp) -> Limits {
    Limits { ends_at: Some(ends_at), hours: None }
}

#[test]
fn when_the_end_of_an_access_passes_all_that_is_open_through_it_ends() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let (_, phone) = world.annas_device().await;
        let mailbox = world.annas().await;
        let end = world.now().plus(minutes(5));
        let due = world.bus.due(identity::limits::TURNS);
        world.limit(&olga, until(end)).await.unwrap();
        due.wait().await;
        assert_eq!(world.turn().await, Some(end), "its time has not come");
        assert!(mailbox.folders().await.is_ok() && mailbox.lease().is_ended().is_none());
        let mut events = world.bus.watch_user(world.anna.user);
        world.clock.set(end);
        assert!(matches!(mailbox.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        assert_eq!(world.turn().await, None);
        assert_eq!(mailbox.lease().ended().await, EndReason::AccessRemoved);
        assert_eq!(phone.lease().unwrap().ended().await, EndReason::AccessRemoved);
        assert_eq!(events.next().await, UserEvent::AccessEnded { mailbox: world.info });
        assert!(matches!(world.access.open(&world.anna.actor, world.info).await, Err(OpenError::NotFound)));
        assert_eq!(world.count("SELECT count(*) FROM devices").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM audit_entries WHERE verb = 'access.end'").await, 1);
        // It can be given anew.
        world.give(world.info, &world.anna, Permissions::NONE).await;
        assert!(world.annas().await.folders().await.is_ok());
    });
}

#[test]
fn what_a_team_gives_stays_when_an_access_ends() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.organization_desk(&olga.actor, world.acme).await.unwrap();
        let team = desk.create_team(&"Readers".parse().unwrap(), identity::teams::Color::Blue).await.unwrap();
        desk.set_in_team(&olga.proof, team, world.anna.user, crate::desk::Inside::Yes).await.unwrap();
        desk.set_team_access(&olga.proof, team, world.info, Permissions::NONE).await.unwrap();
        let (_, phone) = world.annas_device().await;
        let mailbox = world.annas().await;
        world.limit(&olga, until(world.now().plus(minutes(1)))).await.unwrap();
        world.clock.advance(minutes(1));
        world.turn().await;
        assert_eq!(mailbox.rights().await.unwrap().permissions(), Permissions::NONE);
        assert!(phone.lease().unwrap().is_ended().is_none());
    });
}

#[test]
fn outside_of_its_hours_an_access_is_closed_and_opens_again_with_its_devices() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let (made, phone) = world.annas_device().await;
        // The clock of tests begins on a Thursday at midnight.
        let mailbox = world.annas().await;
        let open = Hours::new([3], "08:00", "18:00", "UTC").unwrap();
        world.limit(&olga, Limits { ends_at: None, hours: Some(open) }).await.unwrap();
        assert_eq!(mailbox.lease().is_ended(), Some(EndReason::AccessRemoved), "it is closed at once");
        assert!(phone.lease().unwrap().is_ended().is_some());
        assert!(world.sign_in_device(&made.secret).await.is_err());
        assert!(world.access.list(&world.anna.actor).await.unwrap().is_empty());
        let start = world.now();
        assert_eq!(world.turn().await, Some(start.plus(hours(8))));

        world.clock.set(start.plus(hours(8)));
        let mut events = world.bus.watch_user(world.anna.user);
        assert_eq!(world.turn().await, Some(start.plus(hours(18))));
        assert_eq!(events.next().await, UserEvent::Access { mailbox: world.info });
        let mailbox = world.annas().await;
        let phone = world.sign_in_device(&made.secret).await.unwrap();
        world.clock.set(start.plus(hours(18)));
        assert!(matches!(mailbox.folders().await, Err(MailError::Ended(_))));
        world.turn().await;
        assert!(mailbox.lease().is_ended().is_some() && phone.lease().unwrap().is_ended().is_some());
        assert_eq!(world.count("SELECT count(*) FROM devices").await, 1);
    });
}

#[test]
fn before_an_access_ends_its_user_and_its_giver_are_told_twice_each() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let carl = world.member("carl", Role::Collaborator).await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        desk.add_existing(&olga.proof, carl.user, Permissions::NONE).await.unwrap();
        let end = world.now().plus(days(30));
        desk.set_limits(&olga.proof, carl.user, &until(end)).await.unwrap();
        let mut told = Vec::new();
        while let Some(next) = world.turn().await {
            told.push(reminders(&world).await.len());
            world.clock.set(next);
        }
        assert_eq!(told, [0, 2, 4]);
        let all = reminders(&world).await;
        assert_eq!(all.len(), 4);
        for (template, to) in [
            (MailTemplate::AccessEnding, "carl@people.test"),
            (MailTemplate::AccessEndingOf, "olga@people.test"),
        ] {
            let his: Vec<_> = all.iter().filter(|mail| mail.template == template).collect();
            assert!(his.len() == 2 && his.iter().all(|mail| mail.to == to), "{his:?}");
            assert_eq!(his[0].values["name"], "carl Tester");
            assert_eq!(his[0].values["at"], end.millis().to_string());
        }
    });
}

async fn reminders(world: &World) -> Vec<Mail> {
    let all = world.read(|tx| store::jobs::list(tx, Some(MAIL_JOB), 100)).await;
    let mails = all.into_iter().map(|job| serde_json::from_str::<Mail>(&job.payload).unwrap());
    mails
        .filter(|mail| matches!(mail.template, MailTemplate::AccessEnding | MailTemplate::AccessEndingOf))
        .collect()
}

#[test]
fn an_end_lies_in_the_future_and_is_set_by_those_who_manage() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let past = world.limit(&olga, until(world.now())).await;
        assert!(matches!(past, Err(LimitsError::EndsInPast)));
        assert!(world.access.address_desk(&world.anna.actor, world.info).await.is_err());
        assert!(world.annas().await.folders().await.is_ok());
        // An end that is taken away again does not come.
        world.limit(&olga, until(world.now().plus(minutes(1)))).await.unwrap();
        world.limit(&olga, Limits::default()).await.unwrap();
        world.clock.advance(minutes(2));
        assert_eq!(world.turn().await, None);
        assert!(world.annas().await.folders().await.is_ok());
    });
}

#[test]
fn an_open_mailbox_refuses_once_its_address_is_in_the_bin() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let mailbox = world.annas().await;
        let info = world.info;
        // Even where no lease was told of it.
        world
            .write(move |tx| {
                let sql = "UPDATE mailboxes SET state = 'blocked' WHERE mailbox_id = $1";
                tx.execute(sql, &[&info]).map(drop)
            })
            .await;
        assert!(matches!(mailbox.folders().await, Err(MailError::Ended(EndReason::AccessRemoved))));
        assert!(matches!(mailbox.create_folder("a", None).await, Err(MailError::Ended(_))));
        drop(olga);
    });
}

#[test]
fn devices_alone_are_disconnected_and_their_passwords_stay_or_go() {
    on_both(|world| async move {
        let olga = world.sign_in("olga").await;
        let desk = world.access.address_desk(&olga.actor, world.info).await.unwrap();
        let (made, phone) = world.annas_device().await;
        let _open = world.access.open_address(&phone).await.unwrap();
        let page = world.annas().await;
        let report = desk.disconnect_devices(&olga.proof, world.anna.user, Passwords::Kept).await.unwrap();
        assert_eq!((report.closed.len(), report.devices.len()), (1, 0));
        assert_eq!(phone.lease().unwrap().is_ended(), Some(EndReason::DeviceRevoked));
        assert!(page.folders().await.is_ok(), "pages stay open");
        let phone = world.sign_in_device(&made.secret).await.unwrap();
        let report = desk.disconnect_devices(&olga.proof, world.anna.user, Passwords::Revoked).await.unwrap();
        assert_eq!(report.devices, ["phone"]);
        assert!(phone.lease().unwrap().is_ended().is_some());
        assert!(world.sign_in_device(&made.secret).await.is_err());
        assert!(page.folders().await.is_ok());
        let none = desk.disconnect_devices(&olga.proof, world.anna.user, Passwords::Kept).await;
        assert!(matches!(none, Err(crate::desk::DeskError::NotFound)));
    });
}
