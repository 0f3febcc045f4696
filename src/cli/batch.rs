//! Answers blocks of lines on all cores, in order.
//!
//! ```text
//!   input ── next block ──▶ thread 1: lines ──▶ answers ── in turn ──▶ output
//!         └─ next block ──▶ thread 2: lines ──▶ answers ──────┘
//! ```
//!
//! Each thread takes a block, answers it, waits for its turn, and writes. So there are as many blocks in memory as
//! threads, however long the input is. While lines trickle in there is one thread; the others begin when a block was
//! full.

use std::io::{self, Read};
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::cli::cases::{Block, Blocks};
use crate::cli::output::{Status, Stop};

/// Answers the lines of a block. Each thread has its own.
pub(crate) trait Clerk {
    /// Appends the answers.
    fn answer(&mut self, block: &Block, answers: &mut Answers) -> Result<(), Stop>;
}

/// What a block came to. Made to be used again.
pub(crate) struct Answers {
    /// What goes to the output.
    pub(crate) text: String,
    /// What goes to the complaints, each with the length of the text that comes before it.
    pub(crate) complaints: Vec<(usize, String)>,
    /// How many cases there were.
    pub(crate) cases: u64,
    /// Bytes of the input.
    pub(crate) read: u64,
    /// The worst of all cases.
    pub(crate) status: Status,
}

struct Input<R> {
    blocks: Blocks<R>,
    /// The turn of the next block.
    turn: u64,
    over: bool,
}

struct Writing<W> {
    write: W,
    /// Whose turn it is.
    turn: u64,
    /// How it has gone so far.
    status: Result<Status, Stop>,
}

/// What all threads share.
struct Desk<R, W, E> {
    input: Mutex<Input<R>>,
    writing: Mutex<Writing<W>>,
    next: Condvar,
    wrong: E,
}

/// Answers all blocks: `clerk` makes one for each thread, `write` is given the answers to each block in order. `wrong`
/// says why the input cannot be read.
pub(crate) fn run<R: Read + Send, C: Clerk>(
    blocks: Blocks<R>,
    clerk: impl Fn() -> C + Sync,
    write: impl FnMut(&Answers) -> Result<(), Stop> + Send,
    wrong: impl Fn(&io::Error) -> Stop + Sync,
) -> Result<Status, Stop> {
    let desk = Desk {
        input: Mutex::new(Input { blocks, turn: 0, over: false }),
        writing: Mutex::new(Writing { write, turn: 0, status: Ok(Status::Fine) }),
        next: Condvar::new(),
        wrong,
    };
    let others = thread::available_parallelism().map_or(1, NonZero::get) - 1;
    thread::scope(|scope| {
        let mut alone = true;
        desk.work(&mut clerk(), |block| {
            if alone && block.is_full() {
                alone = false;
                for _ in 0..others {
                    scope.spawn(|| desk.work(&mut clerk(), |_| {}));
                }
            }
        });
    });
    desk.writing.into_inner().unwrap_or_else(PoisonError::into_inner).status
}

impl<R: Read, W: FnMut(&Answers) -> Result<(), Stop>, E: Fn(&io::Error) -> Stop> Desk<R, W, E> {
    /// Takes blocks, until there are no more or one stops the run. `taken` is told of each.
    fn work(&self, clerk: &mut impl Clerk, mut taken: impl FnMut(&Block)) {
        let mut block = Block::default();
        let mut answers = Answers::default();
        while let Some((turn, read)) = self.take(&mut block) {
            taken(&block);
            let _given_up = GivesUp(&self.writing, &self.next);
            answers.clear();
            answers.read = block.read;
            // What was answered before a line that stops the run is written all the same.
            let answered = read.and_then(|()| clerk.answer(&block, &mut answers));
            let mut writing = self.turn(turn);
            if let Ok(before) = writing.status {
                let written = (writing.write)(&answers).and(answered);
                writing.status = written.map(|()| before.max(answers.status));
            }
            let stopped = writing.status.is_err();
            writing.turn = writing.turn.saturating_add(1);
            drop(writing);
            self.next.notify_all();
            if stopped {
                lock(&self.input).over = true;
            }
        }
    }

    /// The next block with its turn, and whether it could be read; `None` at the end.
    fn take(&self, block: &mut Block) -> Option<(u64, Result<(), Stop>)> {
        let mut input = lock(&self.input);
        if input.over {
            return None;
        }
        let read = input.blocks.next(block);
        input.over = !matches!(read, Ok(true));
        let turn = input.turn;
        input.turn += 1;
        match read {
            Ok(true) => Some((turn, Ok(()))),
            Ok(false) => None,
            Err(error) => Some((turn, Err((self.wrong)(&error)))),
        }
    }

    /// Waits for a turn.
    fn turn(&self, turn: u64) -> MutexGuard<'_, Writing<W>> {
        let writing = lock(&self.writing);
        self.next.wait_while(writing, |it| it.turn < turn).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Answers {
    fn default() -> Answers {
        Answers { text: String::new(), complaints: Vec::new(), cases: 0, read: 0, status: Status::Fine }
    }
}

impl Answers {
    fn clear(&mut self) {
        self.text.clear();
        self.complaints.clear();
        (self.cases, self.read, self.status) = (0, 0, Status::Fine);
    }

    /// A case was answered, and stands so.
    pub(crate) fn count(&mut self, status: Status) {
        self.cases += 1;
        self.status = self.status.max(status);
    }
}

/// Where a thread ends before its turn, nobody waits for it: the run ends with what the thread has said.
struct GivesUp<'d, W>(&'d Mutex<Writing<W>>, &'d Condvar);

impl<W> Drop for GivesUp<'_, W> {
    fn drop(&mut self) {
        if thread::panicking() {
            let mut writing = lock(self.0);
            writing.turn = u64::MAX;
            writing.status = Err(Stop::Wrong("a thread ended before its time".to_owned()));
            drop(writing);
            self.1.notify_all();
        }
    }
}

/// A lock is poisoned by a thread that ended while it held it; what it holds is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
