//! The process is killed at every point of handing a mail over: it is sent all the same, and once, except where nobody
//! can know. That is the time between the other server's 250 and the row that remembers it: who is killed there sends
//! again, for the alternative would be to lose mail whose 250 never came.

use tests::{Database, Point};

use crate::outgoing::{Outside, outside, submit};
use crate::support::DATABASES;

/// Submits a mail, kills the server when the other one has come to `point`, and starts it again.
fn killed_at(database: Database, point: Point) -> Outside {
    let mut outside = outside(database);
    outside.sink.fall_silent_at(point);
    assert_eq!(submit(&outside.server, "ben@far.example", "only once").0, 250);
    outside.sink.wait_until_silent();
    outside.server.kill();
    begin_again(&mut outside);
    outside
}

/// What a killed process had leased runs out by itself where others could have it: that time passes here.
fn begin_again(outside: &mut Outside) {
    outside.server.sql("UPDATE outgoing_recipients SET due_at = 0, leased_until = 0 WHERE state = 'waiting'");
    outside.server.start_again();
}

/// Nothing is left in the queue, so nothing more will come; and whatever was killed, all is in order.
fn wait_until_empty(outside: &Outside) {
    while outside.server.command(&["--json", "queue", "list"]) != "[]" {
        std::thread::yield_now();
    }
    outside.server.command(&["verify"]);
}

#[test]
fn who_is_killed_before_the_end_of_a_message_sends_it_once() {
    for database in DATABASES {
        for point in [Point::Mail, Point::Data] {
            let outside = killed_at(database, point);
            let taken = outside.sink.next();
            assert_eq!(taken.recipients, ["ben@far.example"], "{point:?}");
            wait_until_empty(&outside);
            assert!(outside.sink.is_empty(), "{point:?}: it was sent twice");
        }
    }
}

#[test]
fn who_is_killed_before_the_answer_came_sends_it_once_more_under_the_same_name() {
    for database in DATABASES {
        let outside = killed_at(database, Point::Heard);
        let first = outside.sink.next();
        let again = outside.sink.next();
        wait_until_empty(&outside);
        assert!(outside.sink.is_empty());
        // By its Message-ID and its signature it is the same mail, which whoever gets it can see.
        assert_eq!(first.message, again.message);
    }
}

#[test]
fn who_is_killed_after_the_result_was_written_sends_nothing_again() {
    for database in DATABASES {
        let mut outside = outside(database);
        assert_eq!(submit(&outside.server, "ben@far.example", "only once").0, 250);
        outside.sink.next();
        wait_until_empty(&outside);
        outside.server.kill();
        begin_again(&mut outside);
        assert_eq!(submit(&outside.server, "eve@far.example", "another").0, 250);
        assert_eq!(outside.sink.next().recipients, ["eve@far.example"]);
        assert!(outside.sink.is_empty(), "it was sent twice");
    }
}

/// A server that never says goodbye has taken the mail: its silence after the 250 changes nothing.
#[test]
fn silence_after_the_answer_does_not_send_it_again() {
    let mut outside = outside(Database::Sqlite);
    outside.sink.fall_silent_at(Point::Taken);
    assert_eq!(submit(&outside.server, "ben@far.example", "only once").0, 250);
    outside.sink.next();
    outside.sink.wait_until_silent();
    // Its result does not wait for a farewell either.
    wait_until_empty(&outside);
    outside.server.kill();
    begin_again(&mut outside);
    assert_eq!(submit(&outside.server, "eve@far.example", "another").0, 250);
    assert_eq!(outside.sink.next().recipients, ["eve@far.example"]);
    assert!(outside.sink.is_empty());
}
