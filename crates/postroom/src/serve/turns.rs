//! Accesses that end, close and open by themselves (I11).
//!
//! **Invariant:** it sleeps until the next access turns, and no longer: what is open through one that ends is closed
//! within a second. Each node does this; whoever comes first does the work, and the others are told of it.

use std::time::Duration;

use domain::duration::minutes;
use identity::limits::TURNS;
use net::{Shutdown, timer};

use crate::office::Office;

/// The longest wait without a look: a notice of another node may get lost, and the clock may be set.
const LOOK_AFTER: Duration = minutes(1);

/// Turns accesses until the shutdown.
pub(super) async fn run(office: Office, shutdown: Shutdown) {
    let due = office.bus.due(TURNS);
    loop {
        let pause = match office.identity.turn_accesses().await {
            Ok(next) => next.map_or(LOOK_AFTER, |next| next.since(office.ambient.clock.now())),
            // The log has the cause. Each transaction reads the end of its access by itself meanwhile.
            Err(_) => AGAIN_AFTER,
        };
        tokio::select! {
            () = shutdown.begun() => return,
            () = due.wait() => {}
            () = timer::sleep(pause.min(LOOK_AFTER)) => {}
        }
    }
}

/// How soon it is tried again when the storage failed.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use bus::EndReason;
    use domain::Secret;
    use identity::limits::Limits;
    use identity::{Identity, Origin, SignIn};
    use mailbox::desk::{For, trust_domain};

    use super::*;

    const PASSWORD: &str = "seven green rivers under a lamp";
    const ANNA: &str = "anna@home.example";

    /// Anna's office with its one address; what she has open there.
    async fn opened(office: &Office) -> mailbox::Mailbox {
        let (operator, password) = (Identity::operator(), Secret::new(PASSWORD.to_owned()));
        let (identity, access) = (&office.identity, &office.access);
        let anna =
            identity.add_user(&operator, ANNA.parse().unwrap(), "Anna Muster", &password).await.unwrap();
        let acme = identity.add_organization(&operator, "Acme", ANNA.parse().unwrap()).await.unwrap();
        let (desk, name) = (access.organization_desk(&operator, acme).await.unwrap(), "example.test");
        let service = desk.create_service("Mail", &name.parse().unwrap()).await.unwrap();
        trust_domain(access, &operator, &name.parse().unwrap()).await.unwrap();
        let desk = access.service_desk(&operator, service).await.unwrap();
        let info = "info@example.test".parse().unwrap();
        let mailbox = desk.create_address(&info, For::User(anna)).await.unwrap();
        let origin = Origin { ip: std::net::Ipv4Addr::LOCALHOST.into(), browser: "Firefox".to_owned() };
        let SignIn::Complete(session) = identity.sign_in(ANNA, &password, &origin).await.unwrap() else {
            panic!("Anna signs in another way")
        };
        let actor = identity.session(session.token.reveal(), &origin).await.unwrap().unwrap();
        access.open(&actor, mailbox).await.unwrap()
    }

    #[tokio::test]
    async fn an_access_ends_when_its_time_has_come_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let (office, _held) = Office::in_folder(folder.path()).await;
        let mailbox = opened(&office).await;
        let (trigger, shutdown) = Shutdown::new();
        let worker = tokio::spawn(run(office.clone(), shutdown));
        let operator = Identity::operator();
        let proof = office.identity.confirmed(&operator).await.unwrap().unwrap();
        let desk = office.access.address_desk(&operator, mailbox.id()).await.unwrap();
        let end = office.ambient.clock.now().plus(Duration::from_millis(700));
        let limits = Limits { ends_at: Some(end), hours: None };
        desk.set_limits(&proof, mailbox.actor().user(), &limits).await.unwrap();
        assert_eq!(mailbox.lease().ended().await, EndReason::AccessRemoved);
        let late = office.ambient.clock.now().since(end);
        assert!(office.ambient.clock.now() >= end && late < Duration::from_secs(1), "{late:?} late");
        trigger.begin();
        worker.await.unwrap();
        office.store.close().await;
    }
}
