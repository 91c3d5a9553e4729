//! Runs work on pieces of text over threads, with results in the order of the pieces.
//!
//! One thread reads, the others work on pieces in turn, the caller's thread takes the results. Which worker gets which
//! piece depends only on their numbers, so that the same input gives the same output.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, ScopedJoinHandle};

use super::Continue;

/// Pieces that wait for a worker, and results that wait for the caller: enough that nobody stands still for long.
const WAITING: usize = 2;

/// Most threads that are taken without being asked for.
const MOST_THREADS: usize = 8;

/// Reads the input of the workers.
pub(super) trait Producer: Send {
    /// A piece of work.
    type Job: Send;

    /// Returns the next piece, in a buffer that is not needed any more; `None` at the end.
    fn next(&mut self, buffer: Vec<u8>) -> io::Result<Option<Self::Job>>;
}

/// Works on pieces.
pub(super) trait Worker: Send {
    /// A piece of work.
    type Job: Send;
    /// What comes of it.
    type Done: Send;

    /// Works on a piece; gives its buffer back.
    fn work(&mut self, job: Self::Job) -> (Self::Done, Vec<u8>);
}

/// What is left behind a run.
pub(super) struct Ended<P, W> {
    pub(super) producer: P,
    pub(super) workers: Vec<W>,
    /// Whether the caller stopped it.
    pub(super) stopped: bool,
    /// Why reading ended early.
    pub(super) failure: Option<io::Error>,
}

/// Returns how many threads work.
pub(super) fn threads(asked: usize) -> usize {
    match asked {
        0 => thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS),
        asked => asked,
    }
}

/// Runs until the producer ends, fails, or `consume` says to stop.
pub(super) fn run<P, W>(
    producer: P,
    workers: Vec<W>,
    mut consume: impl FnMut(W::Done) -> Continue,
) -> Ended<P, W>
where
    P: Producer,
    W: Worker<Job = P::Job>,
{
    thread::scope(|scope| {
        let (give_back, buffers) = channel();
        let (mut jobs, mut results, mut handles) = (Vec::new(), Vec::new(), Vec::new());
        for worker in workers {
            let (job_in, job_out) = sync_channel(WAITING);
            let (done_in, done_out) = sync_channel(WAITING);
            let give_back = give_back.clone();
            handles.push(scope.spawn(move || work(worker, &job_out, &done_in, &give_back)));
            jobs.push(job_in);
            results.push(done_out);
        }
        let reader = scope.spawn(move || read(producer, &jobs, &buffers));
        let mut stopped = false;
        // The first worker without a result in its turn has none any more, and neither have the others.
        for turn in (0..results.len()).cycle() {
            let Ok(done) = results[turn].recv() else { break };
            if consume(done) == Continue::Stop {
                stopped = true;
                break;
            }
        }
        drop(results);
        let (producer, failure) = joined(reader);
        Ended { producer, workers: handles.into_iter().map(joined).collect(), stopped, failure }
    })
}

fn read<P: Producer>(
    mut producer: P,
    jobs: &[SyncSender<P::Job>],
    buffers: &Receiver<Vec<u8>>,
) -> (P, Option<io::Error>) {
    for turn in (0..jobs.len()).cycle() {
        match producer.next(buffers.try_recv().unwrap_or_default()) {
            Ok(Some(job)) => {
                if jobs[turn].send(job).is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => return (producer, Some(error)),
        }
    }
    (producer, None)
}

fn work<W: Worker>(
    mut worker: W,
    jobs: &Receiver<W::Job>,
    results: &SyncSender<W::Done>,
    give_back: &Sender<Vec<u8>>,
) -> W {
    while let Ok(job) = jobs.recv() {
        let (done, buffer) = worker.work(job);
        // Without a reader nobody needs the buffer.
        let _unneeded = give_back.send(buffer);
        if results.send(done).is_err() {
            break;
        }
    }
    worker
}

/// Waits for a thread; its panic goes on in this one.
fn joined<T>(handle: ScopedJoinHandle<'_, T>) -> T {
    match handle.join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers(u32);

    impl Producer for Numbers {
        type Job = u32;

        fn next(&mut self, _: Vec<u8>) -> io::Result<Option<u32>> {
            self.0 += 1;
            if self.0 == 90 {
                return Err(io::Error::other("broken"));
            }
            Ok((self.0 <= 100).then_some(self.0))
        }
    }

    struct Double(Vec<u32>);

    impl Worker for Double {
        type Job = u32;
        type Done = u32;

        fn work(&mut self, job: u32) -> (u32, Vec<u8>) {
            self.0.push(job);
            (job * 2, Vec::new())
        }
    }

    #[test]
    fn results_come_in_order_and_every_worker_has_its_turn() {
        for n in [1, 2, 3] {
            let mut got = Vec::new();
            let ended = run(Numbers(0), (0..n).map(|_| Double(Vec::new())).collect(), |done| {
                got.push(done);
                Continue::Yes
            });
            assert_eq!(got, (1..90).map(|i| i * 2).collect::<Vec<_>>());
            assert_eq!(ended.failure.map(|error| error.to_string()), Some("broken".to_owned()));
            assert_eq!(ended.workers[0].0[..2], [1, 1 + u32::try_from(n).unwrap()]);
        }
    }

    #[test]
    fn stopping_ends_the_run() {
        let mut n = 0;
        let ended = run(Numbers(0), vec![Double(Vec::new()), Double(Vec::new())], |_| {
            n += 1;
            if n == 5 { Continue::Stop } else { Continue::Yes }
        });
        assert!(ended.stopped);
        assert!(ended.producer.0 < 90, "the reader stops soon");
    }
}
