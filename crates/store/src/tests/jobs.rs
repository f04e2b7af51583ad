//! Jobs: leased once, never lost.

use std::time::Duration;

use domain::{Clock, Event, JobId};

use super::{World, each_database};
use crate::StoreError;
use crate::jobs::{self, Job};

const LEASE: Duration = Duration::from_secs(60);

async fn enqueue(world: &World, key: &'static str, after: Duration) -> JobId {
    let due_at = world.clock.now().plus(after);
    world
        .store
        .write(move |tx| jobs::enqueue(tx, "mail", key, "{}", due_at))
        .await
        .map_err(|e: StoreError| e)
        .unwrap()
}

async fn lease(store: &crate::Store) -> Vec<Job> {
    store.write(|tx| jobs::lease(tx, &["mail", "purge"], 10, LEASE)).await.map_err(|e: StoreError| e).unwrap()
}

#[test]
fn a_job_asked_for_twice_is_one_job() {
    each_database(|world| async move {
        let first = enqueue(&world, "once", Duration::ZERO).await;
        assert_eq!(enqueue(&world, "once", Duration::ZERO).await, first);
        assert_ne!(enqueue(&world, "another", Duration::ZERO).await, first);
        assert_eq!(world.events.taken(), vec![Event::JobsDue { kind: "mail".to_owned() }; 2]);
    });
}

#[test]
fn two_workers_never_have_the_same_job() {
    each_database(|world| async move {
        for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"] {
            enqueue(&world, key, Duration::ZERO).await;
        }
        let (first, second) = tokio::join!(lease(&world.store), lease(&world.store));
        let mut ids: Vec<JobId> = first.iter().chain(&second).map(|job| job.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 15);
        assert_eq!(first.len() + second.len(), 15);
        assert!(lease(&world.store).await.is_empty());
    });
}

#[test]
fn a_job_waits_until_it_is_due_and_comes_back_when_its_worker_is_gone() {
    each_database(|world| async move {
        let id = enqueue(&world, "later", Duration::from_secs(30)).await;
        assert!(lease(&world.store).await.is_empty());
        world.clock.advance(Duration::from_secs(30));
        let leased = lease(&world.store).await;
        assert_eq!((leased[0].id, leased[0].attempts), (id, 1));
        assert!(lease(&world.store).await.is_empty());
        let next =
            world.store.read(|tx| jobs::next_due(tx, &["mail"])).await.map_err(|e: StoreError| e).unwrap();
        assert_eq!(next, Some(world.clock.now().plus(LEASE)));
        world.clock.advance(LEASE);
        assert_eq!(lease(&world.store).await[0].attempts, 2);
    });
}

#[test]
fn a_job_is_tried_again_finished_or_cancelled() {
    each_database(|world| async move {
        let (first, second) =
            (enqueue(&world, "a", Duration::ZERO).await, enqueue(&world, "b", Duration::ZERO).await);
        lease(&world.store).await;
        let due_at = world.clock.now().plus(Duration::from_secs(5));
        let left = world
            .store
            .write(move |tx| {
                jobs::retry(tx, first, due_at, "the peer was away")?;
                jobs::finish(tx, second)?;
                jobs::list(tx, Some("mail"), 10)
            })
            .await
            .map_err(|e: StoreError| e)
            .unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!((left[0].due_at, left[0].last_error.as_deref()), (due_at, Some("the peer was away")));
        world.clock.advance(Duration::from_secs(5));
        assert_eq!(lease(&world.store).await.len(), 1);
        let (once, twice) = world
            .store
            .write(move |tx| Ok::<_, StoreError>((jobs::cancel(tx, first)?, jobs::cancel(tx, first)?)))
            .await
            .unwrap();
        assert_eq!((once, twice), (true, false));
        let all = world.store.read(|tx| jobs::list(tx, None, 10)).await.map_err(|e: StoreError| e).unwrap();
        assert_eq!(all, []);
    });
}
