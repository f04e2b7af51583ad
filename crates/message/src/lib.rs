//! What a mail is: parsed, described, shown safely, built.
