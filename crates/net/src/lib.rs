//! Listeners, TLS, DNS, rate limits, timers, and line input with limits.
