//! The door, and the mail behind it.
