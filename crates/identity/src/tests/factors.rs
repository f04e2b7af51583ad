//! Changing how one signs in.

use super::world::{ANNA, each_database, home};
use crate::mails::{Mail, MailTemplate};
use crate::{BrowserMark, SignIn};

#[test]
fn a_changed_second_factor_is_in_the_log_mailed_and_ends_the_other_sessions() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        let (elsewhere, _) = world.sign_in(ANNA).await;
        let (anna, session) = world.sign_in(ANNA).await;
        let lease = elsewhere.actor.lease().unwrap().clone();
        let secret = world.offered(&anna).await;
        let code = world.code(&secret);
        world.identity.set_second_factor(&anna.actor, &anna.proof, &code).await.unwrap();
        assert_eq!(lease.is_ended(), Some(bus::EndReason::SessionEnded));
        let still = world.identity.session(session.token.reveal(), &home()).await.unwrap();
        assert!(still.is_some(), "the session in which it was changed goes on");
        let log = world.identity.own_activity(&anna.actor).await.unwrap();
        assert!(log.iter().any(|entry| entry.verb == "second_factor.set"), "{log:?}");
        let told = world.mails().await;
        let is_it = |mail: &Mail| mail.template == MailTemplate::SecondFactorSet && mail.to == ANNA;
        assert!(told.iter().any(is_it), "{told:?}");
        let again = world.give_password(ANNA, &home(), &BrowserMark::none()).await;
        assert!(matches!(again, SignIn::SecondFactorNeeded(_)), "{again:?}");
    });
}
