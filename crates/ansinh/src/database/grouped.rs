//! Group commit: requests of one kind that wait at the same moment share one transaction, and with
//! it one flush to the disk. A disk gives a few hundred flushes a second; a province at 17:29 asks
//! for more. Questions of one kind share a statement in the same way.

use std::any::{Any, TypeId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::{DatabaseConnection, DbBackend, DbErr};
use tokio::sync::oneshot;

use super::{Database, MaybeRetry, Tx};

/// Most that one transaction carries, by the weight its requests say they have.
pub const GROUP_WEIGHT_MAX: usize = 256;

/// Groups under way at the same time on PostgreSQL: one computes while another flushes. SQLite has
/// one writer.
const POSTGRES_GROUPS: usize = 2;

/// Questions that one statement carries.
const QUESTIONS_MAX: usize = 512;

/// The lines at which requests wait, one a name and type.
#[derive(Default)]
pub(super) struct Lines(Mutex<HashMap<(&'static str, TypeId), AnyLine>>);

type AnyLine = Arc<dyn Any + Send + Sync>;

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines")
    }
}

impl Lines {
    fn line<Q: Send + Sync + 'static, A: Send + 'static, E: Send + 'static>(
        &self,
        name: &'static str,
    ) -> Arc<Line<Q, A, E>> {
        let mut lines = lock(&self.0);
        let fresh = || Arc::new(Line::<Q, A, E>::default()) as AnyLine;
        let known = lines.entry((name, TypeId::of::<Line<Q, A, E>>())).or_insert_with(fresh);
        // The type stands in the key, so that this never makes a second line.
        known.clone().downcast().unwrap_or_default()
    }
}

struct Waiting<Q, A, E> {
    weight: usize,
    request: Arc<Q>,
    answer: oneshot::Sender<Result<A, E>>,
}

struct Line<Q, A, E>(Mutex<Queue<Q, A, E>>);

struct Queue<Q, A, E> {
    waiting: VecDeque<Waiting<Q, A, E>>,
    servers: usize,
}

impl<Q, A, E> Default for Line<Q, A, E> {
    fn default() -> Self {
        Self(Mutex::new(Queue { waiting: VecDeque::new(), servers: 0 }))
    }
}

impl<Q, A, E> Line<Q, A, E> {
    /// Stands in line; true when the caller must start a server.
    fn join(&self, waiting: Waiting<Q, A, E>, servers_max: usize) -> bool {
        let mut queue = lock(&self.0);
        queue.waiting.push_back(waiting);
        let wanted = queue.servers < servers_max;
        queue.servers += usize::from(wanted);
        wanted
    }

    /// Whether a whole group waits already.
    fn full(&self, weight_max: usize) -> bool {
        lock(&self.0).waiting.len() >= weight_max
    }

    /// The next group; nothing: the server goes.
    fn take(&self, weight_max: usize) -> Vec<Waiting<Q, A, E>> {
        let mut queue = lock(&self.0);
        let mut weight = 0;
        let mut group = Vec::new();
        while let Some(next) = queue.waiting.front() {
            weight += next.weight;
            if weight > weight_max && !group.is_empty() {
                break;
            }
            group.extend(queue.waiting.pop_front());
        }
        if group.is_empty() {
            queue.servers -= 1;
        }
        group
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half-done while the lock is held.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a line is served.
#[derive(Clone, Copy)]
struct Manner {
    /// Groups under way at the same time.
    servers_max: usize,
    /// How long a group waits for others before it starts.
    gather: Duration,
    /// Most that a group carries.
    weight_max: usize,
    /// A group that failed is run again one by one.
    again_alone: bool,
}

impl Database {
    /// Runs `request` in a transaction shared with other requests that wait under the same `name`
    /// (room.act, as in [`Database::run_tx`]), and returns its answer after the common commit: what
    /// was answered is on the disk.
    ///
    /// - `work` gets the requests of a group and gives one answer for each, in order. All callers
    ///   under one name pass the same `work`. A refusal is an answer that wrote nothing.
    /// - When `work` fails, nothing of the group stays, and each request is run again alone: a
    ///   failure undoes only its own request. Deadlocks and the like are tried again, so `work` may
    ///   run several times, even after a commit whose confirmation was lost: acts have ids for that.
    /// - A group carries at most [`GROUP_WEIGHT_MAX`] of `weight` (rows written, say); a heavier
    ///   request goes alone.
    /// - A caller that stops waiting does not stop its request; as after any lost connection the
    ///   outcome is unknown until the act is asked for by its id.
    ///
    /// # Errors
    /// Whatever `work` returned for the request alone, or the engine's error turned into `E`.
    pub async fn run_grouped<Q, A, E, F, Fut>(
        &self,
        name: &'static str,
        weight: usize,
        request: Q,
        work: F,
    ) -> Result<A, E>
    where
        Q: Send + Sync + 'static,
        A: Send + 'static,
        E: From<DbErr> + MaybeRetry + Send + 'static,
        F: Fn(Tx, Vec<Arc<Q>>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(Tx, Vec<A>), E>> + Send + 'static,
    {
        let servers_max = match self.engine() {
            DbBackend::Postgres => POSTGRES_GROUPS,
            _ => 1,
        };
        let db = self.clone();
        let run = move |requests: Vec<Arc<Q>>| {
            let (db, work) = (db.clone(), work.clone());
            async move { db.run_tx(name, |tx| work(tx, requests.clone())).await }
        };
        let manner = Manner {
            servers_max,
            gather: Duration::ZERO,
            weight_max: GROUP_WEIGHT_MAX,
            again_alone: true,
        };
        self.stand_in_line(name, weight, manner, request, run).await
    }

    /// Answers `request` by a statement shared with others that ask under the same `name` within
    /// `gather`: what a statement costs is paid once. `work` reads, and gives one answer for each
    /// request, in order; when it fails, all who asked are told so and may ask again.
    ///
    /// # Errors
    /// Whatever `work` returned, or the engine's error turned into `E`.
    pub async fn read_gathered<Q, A, E, F, Fut>(
        &self,
        name: &'static str,
        gather: Duration,
        request: Q,
        work: F,
    ) -> Result<A, E>
    where
        Q: Send + Sync + 'static,
        A: Send + 'static,
        E: From<DbErr> + Send + 'static,
        F: Fn(DatabaseConnection, Vec<Arc<Q>>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<A>, E>> + Send + 'static,
    {
        let reads = self.reads.clone();
        let run = move |requests: Vec<Arc<Q>>| work(reads.clone(), requests);
        let manner =
            Manner { servers_max: 1, gather, weight_max: QUESTIONS_MAX, again_alone: false };
        self.stand_in_line(name, 1, manner, request, run).await
    }

    async fn stand_in_line<Q, A, E, R, Fut>(
        &self,
        name: &'static str,
        weight: usize,
        manner: Manner,
        request: Q,
        run: R,
    ) -> Result<A, E>
    where
        Q: Send + Sync + 'static,
        A: Send + 'static,
        E: From<DbErr> + Send + 'static,
        R: Fn(Vec<Arc<Q>>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<A>, E>> + Send + 'static,
    {
        let line = self.lines.line::<Q, A, E>(name);
        let (answer, outcome) = oneshot::channel();
        let waiting = Waiting { weight, request: Arc::new(request), answer };
        if line.join(waiting, manner.servers_max) {
            tokio::spawn(async move {
                loop {
                    // Those who are about to come are let in: a longer group, fewer flushes.
                    match manner.gather {
                        Duration::ZERO => tokio::task::yield_now().await,
                        gather if !line.full(manner.weight_max) => tokio::time::sleep(gather).await,
                        _ => {}
                    }
                    let group = line.take(manner.weight_max);
                    if group.is_empty() {
                        break;
                    }
                    let run = run.clone();
                    // A task of its own: a panic ends this group and no other.
                    let served =
                        tokio::spawn(
                            async move { serve(name, group, &run, manner.again_alone).await },
                        );
                    if let Err(error) = served.await {
                        tracing::error!(name, %error, "a group ended without answers");
                    }
                }
            });
        }
        outcome.await.unwrap_or_else(|_| {
            Err(DbErr::Custom(format!("{name}: the group ended without an answer")).into())
        })
    }
}

/// Runs a group, and when that fails each of its requests alone if wanted.
async fn serve<Q, A, E, R, Fut>(
    name: &'static str,
    group: Vec<Waiting<Q, A, E>>,
    run: &R,
    again_alone: bool,
) where
    E: From<DbErr>,
    R: Fn(Vec<Arc<Q>>) -> Fut,
    Fut: Future<Output = Result<Vec<A>, E>>,
{
    let requests: Vec<Arc<Q>> = group.iter().map(|one| one.request.clone()).collect();
    match run(requests).await {
        Ok(answers) if answers.len() == group.len() => {
            for (waiting, answer) in group.into_iter().zip(answers) {
                // Nobody waits any more: the act itself is settled all the same.
                let _ = waiting.answer.send(Ok(answer));
            }
        }
        // One answer too few or too many: nobody can tell whose it is. They end as unknown.
        Ok(_) => tracing::error!(name, "a group gave the wrong number of answers"),
        Err(_) if group.len() > 1 && again_alone => {
            for waiting in group {
                let outcome = run(vec![waiting.request.clone()]).await;
                let outcome = outcome.and_then(|mut answers| {
                    answers.pop().ok_or_else(|| {
                        DbErr::Custom(format!("{name}: a request without an answer")).into()
                    })
                });
                let _ = waiting.answer.send(outcome);
            }
        }
        Err(error) => {
            // The others end without an answer.
            if let Some(waiting) = group.into_iter().next() {
                let _ = waiting.answer.send(Err(error));
            }
        }
    }
}

#[cfg(test)]
mod tests;
