//! A server of somebody else: takes mail and remembers it, or refuses as told.

use std::net::{SocketAddr, TcpListener};
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
    /// The AUTH, MAIL and RCPT commands as they came.
    pub envelope: Vec<String>,
    /// The message, dots removed.
    pub message: String,
}

/// A point of a conversation, at which the foreign server can fall silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// It has heard MAIL.
    Mail,
    /// It has heard DATA.
    Data,
    /// It has heard all of the message, and not said that it took it.
    Heard,
    /// It has taken the message, said so, and heard nothing since.
    Taken,
}

/// A foreign mail server on a loopback port.
pub struct Sink {
    address: SocketAddr,
    taken: Receiver<Taken>,
    reached: Receiver<()>,
    told: Arc<Mutex<Told>>,
}

/// What the foreign server was told to do.
#[derive(Debug, Default)]
struct Told {
    refusals: Vec<String>,
    offers: Vec<String>,
    silent_at: Option<Point>,
}

impl Sink {
    /// Starts listening on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, taken) = channel();
        let (reach, reached) = channel();
        let told = Arc::<Mutex<Told>>::default();
        let shared = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let talk = Talk {
                    lines: Lines::over(stream),
                    taken: sender.clone(),
                    reach: reach.clone(),
                    told: Arc::clone(&shared),
                };
                std::thread::spawn(move || talk.serve());
            }
        });
        Self { address, taken, reached, told }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers the next RCPT with `reply` instead of taking it.
    pub fn refuse_next(&self, reply: &str) {
        self.told.lock().unwrap().refusals.push(reply.to_owned());
    }

    /// Offers `extension` from now on, beside what it always does.
    pub fn offer(&self, extension: &str) {
        self.told.lock().unwrap().offers.push(extension.to_owned());
    }

    /// Says nothing any more in the next conversation that comes to `point`.
    pub fn fall_silent_at(&self, point: Point) {
        self.told.lock().unwrap().silent_at = Some(point);
    }

    /// Waits until it has fallen silent.
    pub fn wait_until_silent(&self) {
        self.reached.recv_timeout(DEADLINE).expect("a conversation comes to that point");
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

/// One conversation.
struct Talk {
    lines: Lines,
    taken: Sender<Taken>,
    reach: Sender<()>,
    told: Arc<Mutex<Told>>,
}

impl Talk {
    fn serve(mut self) {
        let (mut envelope, mut recipients) = (Vec::new(), Vec::new());
        self.lines.send_line("220 mx.far.example ready");
        while let Some(line) = self.lines.line() {
            let upper = line.to_ascii_uppercase();
            if upper.starts_with("EHLO") || upper.starts_with("HELO") {
                self.greet();
            } else if upper.starts_with("MAIL FROM:") {
                envelope.retain(|line: &String| line.starts_with("AUTH "));
                envelope.push(line);
                recipients.clear();
                self.say(Point::Mail, "250 2.1.0 fine");
            } else if upper.starts_with("RCPT TO:") {
                let refusal = self.told.lock().unwrap().refusals.pop();
                if let Some(reply) = refusal {
                    self.lines.send_line(&reply);
                    continue;
                }
                recipients.push(path(&line));
                envelope.push(line);
                self.lines.send_line("250 2.1.5 fine");
            } else if upper == "DATA" && recipients.is_empty() {
                self.lines.send_line("554 5.5.1 no valid recipients");
            } else if upper == "DATA" {
                self.take(&envelope, &recipients);
            } else if upper.starts_with("AUTH ") {
                envelope.push(line);
                self.lines.send_line("235 2.7.0 welcome");
            } else if upper == "QUIT" {
                self.lines.send_line("221 2.0.0 bye");
                return;
            } else {
                self.lines.send_line("250 2.0.0 fine");
            }
        }
    }

    fn greet(&mut self) {
        let offers = self.told.lock().unwrap().offers.clone();
        let lines: String = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
        self.lines.send(format!(
            "250-mx.far.example\r\n{lines}250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n"
        ));
    }

    fn take(&mut self, envelope: &[String], recipients: &[String]) {
        if self.is_silent_at(Point::Data) {
            return self.fall_silent();
        }
        self.lines.send_line("354 go on");
        let message = data(&mut self.lines);
        let mail = envelope.iter().find(|line| line.to_ascii_uppercase().starts_with("MAIL"));
        let sender = mail.map(|line| path(line)).unwrap_or_default();
        let (recipients, envelope) = (recipients.to_vec(), envelope.to_vec());
        let taken = Taken { sender, recipients, envelope, message };
        self.say(Point::Heard, "250 2.0.0 taken");
        let _ = self.taken.send(taken);
        if self.is_silent_at(Point::Taken) {
            self.fall_silent();
        }
    }

    fn say(&mut self, point: Point, reply: &str) {
        if self.is_silent_at(point) {
            return self.fall_silent();
        }
        self.lines.send_line(reply);
    }

    fn is_silent_at(&self, point: Point) -> bool {
        let mut told = self.told.lock().unwrap();
        let is_here = told.silent_at == Some(point);
        if is_here {
            told.silent_at = None;
        }
        is_here
    }

    /// Tells the test, and waits for the other side to go away.
    fn fall_silent(&mut self) {
        let _ = self.reach.send(());
        while self.lines.line().is_some() {}
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
