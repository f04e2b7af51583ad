//! DKIM keys and signatures.
