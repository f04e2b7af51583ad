//! The end of what is open.

use bus::EndReason;

use super::world::{ANNA, World, each_database, home, on_postgres};

#[test]
fn an_end_that_was_missed_while_a_node_was_cut_off_is_made_up_for() {
    on_postgres(|world| async move {
        world.add_user(ANNA).await;
        let (ended, _) = world.sign_in(ANNA).await;
        let (kept, _) = world.sign_in(ANNA).await;
        let (missed, lease) = (world.bus.missed(), ended.actor.lease().unwrap().clone());
        let crate::Way::Browser(session) = *ended.actor.way() else { panic!("no browser") };
        // As another node does whose word does not arrive.
        let sql = "DELETE FROM sessions WHERE session_id = $1";
        let end = move |tx: &mut store::Tx<'_>| tx.execute(sql, &[&session]);
        let gone: Result<u64, store::StoreError> = world.store.write(end).await;
        assert_eq!(gone.unwrap(), 1);
        assert_eq!(lease.is_ended(), None);
        world.cut_off().await;
        missed.wait().await;
        assert_eq!(world.identity.recheck_open().await, Ok(1));
        assert_eq!(lease.is_ended(), Some(EndReason::SessionEnded));
        assert_eq!(kept.actor.lease().unwrap().is_ended(), None);
    });
}

/// Looks who has a session while it is ended, again and again.
async fn race(world: &World) {
    let (asking, _) = world.sign_in(ANNA).await;
    for _ in 0..40 {
        let (other, session) = world.sign_in(ANNA).await;
        let crate::Way::Browser(id) = *other.actor.way() else { panic!("no browser") };
        let (token, from) = (session.token.reveal(), home());
        let (found, ended) = tokio::join!(
            world.identity.session(token, &from),
            world.identity.end_session(&asking.actor, id),
        );
        ended.unwrap();
        if let Some(actor) = found.unwrap() {
            assert_eq!(actor.lease().unwrap().is_ended(), Some(EndReason::SessionEnded));
        }
    }
}

#[test]
fn a_session_that_ends_while_it_is_looked_up_is_not_open_afterwards() {
    each_database(|world| async move {
        world.add_user(ANNA).await;
        race(&world).await;
    });
}
