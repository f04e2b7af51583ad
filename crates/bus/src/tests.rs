use std::net::{IpAddr, Ipv4Addr};

use domain::{Change, DeviceId, Event, FolderId, Id, MailboxId, OrganizationId, Publish, SessionId, UserId};

use crate::{Bus, EndReason, Holder, Protocol, UserEvent};

const USER: [u8; 16] = [1; 16];
const MAILBOX: [u8; 16] = [2; 16];

fn user() -> UserId {
    UserId::from_bytes(USER)
}

fn mailbox() -> MailboxId {
    MailboxId::from_bytes(MAILBOX)
}

fn holder() -> Holder {
    Holder {
        user: user(),
        mailbox: Some(mailbox()),
        session: None,
        device: Some(DeviceId::from_bytes([3; 16])),
        protocol: Protocol::Imap,
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
    }
}

fn messages(folder: u8, arrived: bool) -> Event {
    Event::Mailbox {
        mailbox: mailbox(),
        change: Change::Messages { folder: FolderId::from_bytes([folder; 16]), arrived },
    }
}

#[tokio::test]
async fn a_subscriber_is_told_in_order_and_repeats_are_folded() {
    let bus = Bus::new();
    let mut changes = bus.watch_mailbox(mailbox());
    bus.publish(&[messages(1, false), messages(1, true), messages(2, false)]);
    assert_eq!(
        changes.next().await,
        Change::Messages { folder: FolderId::from_bytes([1; 16]), arrived: true }
    );
    assert_eq!(
        changes.next().await,
        Change::Messages { folder: FolderId::from_bytes([2; 16]), arrived: false }
    );
}

#[tokio::test]
async fn who_does_not_read_gets_one_overflow() {
    let bus = Bus::new();
    let mut changes = bus.watch_mailbox(mailbox());
    for folder in 0..=200 {
        bus.publish(&[messages(folder, false)]);
    }
    assert_eq!(changes.next().await, Change::Overflow);
}

#[tokio::test]
async fn a_removed_access_ends_its_leases_and_no_other() {
    let bus = Bus::new();
    let ended = bus.lease(holder());
    let waiting = ended.clone();
    let waiter = tokio::spawn(async move { waiting.ended().await });
    let other = bus.lease(Holder { user: UserId::from_bytes([9; 16]), device: None, ..holder() });
    let mut events = bus.watch_user(user());
    assert_eq!(bus.live(user(), mailbox()).len(), 1);

    bus.publish(&[Event::AccessEnded { user: user(), mailbox: mailbox(), grant: None }]);

    assert_eq!(waiter.await.unwrap(), EndReason::AccessRemoved);
    assert_eq!(ended.ended().await, EndReason::AccessRemoved);
    assert_eq!(other.is_ended(), None);
    assert_eq!(events.next().await, UserEvent::AccessEnded { mailbox: mailbox() });
    assert!(bus.live(user(), mailbox()).is_empty());
}

#[tokio::test]
async fn the_first_reason_of_an_end_stays() {
    let bus = Bus::new();
    let lease = bus.lease(Holder { session: Some(SessionId::from_bytes([4; 16])), ..holder() });
    bus.publish(&[
        Event::DeviceEnded { device: DeviceId::from_bytes([3; 16]) },
        Event::SessionEnded { session: SessionId::from_bytes([4; 16]) },
    ]);
    assert_eq!(lease.ended().await, EndReason::DeviceRevoked);
}

#[tokio::test]
async fn after_events_were_missed_everybody_reads_again_and_what_is_open_is_asked() {
    let bus = Bus::new();
    let (mut changes, mut events) = (bus.watch_mailbox(mailbox()), bus.watch_user(user()));
    let (jobs, missed, lease) = (bus.due("mail"), bus.missed(), bus.lease(holder()));
    bus.publish(&[Event::Resync]);
    assert_eq!(changes.next().await, Change::Overflow);
    assert_eq!(events.next().await, UserEvent::Overflow);
    jobs.wait().await;
    missed.wait().await;
    assert_eq!(bus.open(), [holder()]);
    bus.publish(&[Event::DeviceEnded { device: lease.holder().device.unwrap() }]);
    assert!(bus.open().is_empty());
}

#[tokio::test]
async fn a_dropped_lease_leaves_the_book() {
    let bus = Bus::new();
    let lease = bus.lease(holder());
    let clone = lease.clone();
    drop(lease);
    assert_eq!(bus.live(user(), mailbox()).len(), 1);
    drop(clone);
    assert!(bus.live(user(), mailbox()).is_empty());
}

#[tokio::test]
async fn a_worker_is_woken_for_its_kind_and_a_ring_is_kept() {
    let bus = Bus::new();
    let due = bus.due("mail");
    bus.publish(&[Event::JobsDue { kind: "mail".to_owned() }, Event::QueueDue]);
    due.wait().await;
}

#[tokio::test]
async fn an_organization_is_told_of_once_however_often_it_changed() {
    let bus = Bus::new();
    let organization = OrganizationId::from_bytes([5; 16]);
    let mut events = bus.watch_organization(organization);
    bus.publish(&[Event::Organization { organization }, Event::Organization { organization }]);
    events.next().await;
    let more = std::pin::pin!(events.next());
    assert!(futures_ready(more).is_none());
}

/// The value of a future that is ready at its first poll.
fn futures_ready<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}
