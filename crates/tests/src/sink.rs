//! A server of somebody else: takes mail and remembers it, or refuses as told.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};

use crate::Lines;
use crate::lines::DEADLINE;

/// A message as the foreign server got it.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The MAIL command's path.
    pub sender: String,
    /// The RCPT commands' paths.
    pub recipients: Vec<String>,
    /// The message, dots removed.
    pub message: String,
}

/// A foreign mail server on a loopback port.
pub struct Sink {
    address: SocketAddr,
    taken: Receiver<Taken>,
    refusals: Arc<Mutex<Vec<String>>>,
}

impl Sink {
    /// Starts listening on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, taken) = channel();
        let refusals = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&refusals);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (sender, refusals) = (sender.clone(), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, &sender, &refusals));
            }
        });
        Self { address, taken, refusals }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers the next RCPT with `reply` instead of taking it.
    pub fn refuse_next(&self, reply: &str) {
        self.refusals.lock().unwrap().push(reply.to_owned());
    }

    /// The next message that it took.
    pub fn next(&self) -> Taken {
        match self.taken.recv_timeout(DEADLINE) {
            Ok(taken) => taken,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                panic!("no message came within {DEADLINE:?}")
            }
        }
    }

    /// Whether nothing more has come so far.
    pub fn is_empty(&self) -> bool {
        self.taken.try_recv().is_err()
    }
}

fn serve(stream: TcpStream, taken: &Sender<Taken>, refusals: &Mutex<Vec<String>>) {
    let mut lines = Lines::over(stream);
    let (mut sender, mut recipients) = (String::new(), Vec::new());
    lines.send_line("220 mx.far.example ready");
    while let Some(line) = lines.line() {
        let upper = line.to_ascii_uppercase();
        if upper.starts_with("EHLO") || upper.starts_with("HELO") {
            lines.send("250-mx.far.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n");
        } else if upper.starts_with("MAIL FROM:") {
            sender = path(&line);
            recipients.clear();
            lines.send_line("250 2.1.0 fine");
        } else if upper.starts_with("RCPT TO:") {
            match refusals.lock().unwrap().pop() {
                Some(reply) => lines.send_line(&reply),
                None => {
                    recipients.push(path(&line));
                    lines.send_line("250 2.1.5 fine");
                }
            }
        } else if upper == "DATA" && recipients.is_empty() {
            lines.send_line("554 5.5.1 no valid recipients");
        } else if upper == "DATA" {
            lines.send_line("354 go on");
            let message = data(&mut lines);
            let _ = taken.send(Taken { sender: sender.clone(), recipients: recipients.clone(), message });
            lines.send_line("250 2.0.0 taken");
        } else if upper == "QUIT" {
            lines.send_line("221 2.0.0 bye");
            return;
        } else {
            lines.send_line("250 2.0.0 fine");
        }
    }
}

fn data(lines: &mut Lines) -> String {
    let mut message = String::new();
    while let Some(line) = lines.line() {
        if line == "." {
            break;
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
        message.push_str("\r\n");
    }
    message
}

fn path(line: &str) -> String {
    let (_, rest) = line.split_once('<').unwrap_or(("", line));
    rest.split('>').next().unwrap_or("").to_owned()
}
