//! Mail that arrives.

use super::on_both;
use super::world::{MESSAGE_LIMIT, email, letter, mail};
use crate::{DeliveryError, RecipientError};

#[test]
fn a_mail_arrives_in_the_inbox_byte_for_byte() {
    on_both(|world| async move {
        world.deliver(&["info@acme.test"], &letter("hello", "Hello there")).await;
        let mailbox = world.annas().await;
        let listed = mailbox.list(mailbox.inbox().await, None, 10).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].subject.as_str(), listed[0].from_name.as_str()), ("hello", "Bob"));
        let content = mailbox.content_of(listed[0].message).await.unwrap();
        let expected = [b"Return-Path: <bob@far.test>\r\n".to_vec(), letter("hello", "Hello there")].concat();
        assert_eq!(content, expected);
    });
}
