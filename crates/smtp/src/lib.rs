//! SMTP reception and submission.
