//! Power cuts: fifty clients pay over HTTP with ids of their own making; at a random moment the server
//! is killed (SIGKILL), or PostgreSQL or one of its processes, in some rounds clients too. Everything
//! is started again on the same data, the clients send what they do not know the end of once more,
//! under the same ids, and the memory of what was acknowledged is laid beside the database.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::build;
use super::checker::{Act, DONG, Fate, Memory, Tally};
use super::client::{Manner, Session, ask, sign_in};
use super::plant::{Data, Server, Tools, copy};
use crate::postgres::Postgres;
use crate::run::{command, output, target};

const CLIENTS: usize = 50;
const PASSWORD: &str = "cat dien";
/// Rounds on one copy of the filled database, each cut short upon the last.
const ROUNDS_OF_A_LIFE: usize = 8;
/// How often an act is sent again before the server counts as gone for good.
const TRIES_MAX: usize = 60;

/// Random numbers that a seed repeats (splitmix64).
struct Dice(u64);

impl Dice {
    fn new(seed: u64, round: usize, client: usize) -> Self {
        let part = ((round as u64) << 16) ^ client as u64;
        Self(seed ^ part.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// An id as a client makes it (UUID version 4).
    fn id(&mut self) -> String {
        let (a, b) = (self.roll(), self.roll());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}

/// Who is killed in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Server,
    /// One process of PostgreSQL: it ends all others and recovers.
    Backend,
    /// PostgreSQL with all its processes.
    Cluster,
}

/// A commune's entitlements and how far its clients have come.
struct Stock {
    claims: Vec<String>,
    next: AtomicUsize,
}

/// One copy of the filled database with what the clients remember of it.
struct Life<'a> {
    data: Data,
    tools: &'a Tools,
    server: Server,
    sessions: &'a [Session],
    stocks: Vec<Stock>,
    memory: Memory,
    postgres: Option<&'a Postgres>,
}

/// What was filled: the database, the entitlements by commune, open sessions.
struct Ground {
    data: Data,
    claims: Vec<(String, Vec<String>)>,
    sessions: Vec<Session>,
}

/// Runs so many rounds on SQLite and on PostgreSQL, with the programs of a profile.
///
/// # Errors
/// What was lost or doubled, with the round and the seed.
pub fn run((sqlite, postgres): (usize, usize), seed: u64, profile: &str) -> Result<(), String> {
    build(profile)?;
    let folder = std::env::temp_dir().join(format!("ansinh-prove-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let tools = Tools { programs: target().join(profile), log: folder.join("log") };
    let mut done = Ok(());
    if sqlite > 0 {
        let seeded = Data::Folder(folder.join("seeded"));
        done = rounds("SQLite (synchronous=FULL)", seeded, (sqlite, seed), &tools, None);
    }
    if postgres > 0 && done.is_ok() {
        let cluster = Postgres::start_durable()?;
        let server = format!("{}/postgres", cluster.address);
        output(command("psql", &["-X", "-q", "-c", "CREATE DATABASE seeded", &server]))?;
        let seeded = Data::Address(format!("{}/seeded", cluster.address));
        let name = "PostgreSQL (fsync=on)";
        done = rounds(name, seeded, (postgres, seed), &tools, Some(&cluster));
    }
    match &done {
        Ok(()) => drop(std::fs::remove_dir_all(&folder)),
        Err(_) => eprintln!("the data are kept in {}", folder.display()),
    }
    done
}

fn fill(seeded: Data, tools: &Tools) -> Result<Ground, String> {
    let program = tools.programs.join("examples/payable").display().to_string();
    let made = match &seeded {
        Data::Folder(folder) => {
            let mut made = command(&program, &[&folder.display().to_string()]);
            made.env_remove("DATABASE_URL");
            made
        }
        Data::Address(address) => {
            let mut made = command(&program, &[]);
            made.env("DATABASE_URL", address);
            made
        }
    };
    let mut claims: Vec<(String, Vec<String>)> = Vec::new();
    for line in output(made)?.lines() {
        let (commune, claim) = line.split_once(' ').ok_or("not a commune and a claim")?;
        match claims.iter_mut().find(|(known, _)| known == commune) {
            Some((_, own)) => own.push(claim.to_owned()),
            None => claims.push((commune.to_owned(), vec![claim.to_owned()])),
        }
    }
    let server = Server::start(&seeded, tools)?;
    let mut sessions = Vec::new();
    for client in 0..CLIENTS {
        let username = format!("x{}", claims[client % claims.len()].0);
        sessions.push(sign_in(server.address, &username, PASSWORD)?);
    }
    sessions.push(sign_in(server.address, "tinh42", PASSWORD)?);
    drop(server);
    // What the killed server left in its log goes into the file: copies are of the file alone.
    checkpoint(&seeded)?;
    Ok(Ground { data: seeded, claims, sessions })
}

fn checkpoint(data: &Data) -> Result<(), String> {
    let Data::Folder(folder) = data else { return Ok(()) };
    let text = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')";
    let file = folder.join("ansinh.db").display().to_string();
    output(command("python3", &["-c", text, &file])).map(|_| ())
}

fn rounds(
    name: &str,
    seeded: Data,
    (count, seed): (usize, u64),
    tools: &Tools,
    postgres: Option<&Postgres>,
) -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "how long the rounds took")]
    let begun = Instant::now();
    let ground = fill(seeded, tools)?;
    let mut sum = Tally::default();
    let mut victims = [0usize; 3];
    let mut left = 0;
    for (number, first) in (0..count).step_by(ROUNDS_OF_A_LIFE).enumerate() {
        let data = copy(&ground.data, number, postgres)?;
        let mut life = Life::begin(data, &ground, tools, postgres)?;
        for round in first..(first + ROUNDS_OF_A_LIFE).min(count) {
            let mut dice = Dice::new(seed, round, CLIENTS);
            let victim = match (postgres, round % 3) {
                (Some(_), 1) => Victim::Backend,
                (Some(_), 2) => Victim::Cluster,
                _ => Victim::Server,
            };
            let clients_die = dice.below(2) == 0;
            victims[victim as usize] += 1;
            left += usize::from(clients_die);
            let told = |fault| format!("{name}, round {round}, seed {seed}, {victim:?}: {fault}");
            life.round((seed, round), victim, clients_die, &mut sum).map_err(told)?;
        }
        sum.acknowledged += life.memory.acknowledged().count();
    }
    let Tally { acknowledged, unknown, found, refused } = sum;
    let [servers, backends, clusters] = victims;
    println!(
        "PROVED kill -9 on {name}: {count} rounds ({servers} of the server, {backends} of a database \
         process, {clusters} of the whole database; clients died too in {left}), {CLIENTS} clients, \
         {acknowledged} payments acknowledged, {unknown} answers swallowed and settled by the same id \
         ({found} had been written), {refused} second payments refused: 0 lost, 0 doubled, sums, \
         report, ledger verify and audit verify right each time, in {:.0} s, seed {seed}",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

impl<'a> Life<'a> {
    fn begin(
        data: Data,
        ground: &'a Ground,
        tools: &'a Tools,
        postgres: Option<&'a Postgres>,
    ) -> Result<Self, String> {
        let stock = |(_, claims): &(String, Vec<String>)| Stock {
            claims: claims.clone(),
            next: AtomicUsize::new(0),
        };
        Ok(Self {
            server: Server::start(&data, tools)?,
            data,
            tools,
            sessions: &ground.sessions,
            stocks: ground.claims.iter().map(stock).collect(),
            memory: Memory::new(postgres.is_some()),
            postgres,
        })
    }

    fn round(
        &mut self,
        (seed, round): (u64, usize),
        victim: Victim,
        clients_die: bool,
        sum: &mut Tally,
    ) -> Result<(), String> {
        let mut dice = Dice::new(seed, round, CLIENTS + 1);
        let moment = Duration::from_millis(20 + dice.below(380) as u64);
        let stop = AtomicBool::new(false);
        let address = self.server.address;
        let (stocks, sessions) = (&self.stocks, self.sessions);
        let mut answers: Vec<(Act, Fate)> = Vec::new();
        let (server, postgres, stop_at) = (&mut self.server, self.postgres, &stop);
        std::thread::scope(|scope| -> Result<(), String> {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let dice = Dice::new(seed, round, client);
                    let session = (client, &sessions[client]);
                    let stock = &stocks[client % stocks.len()];
                    let dies = clients_die && client % 5 == 0;
                    scope.spawn(move || pay_on(address, session, stock, dice, dies, stop_at))
                })
                .collect();
            std::thread::sleep(moment);
            let killed = match (victim, postgres) {
                (Victim::Backend, Some(postgres)) => postgres.kill_a_process(dice.below(1_000)),
                (Victim::Cluster, Some(postgres)) => postgres.kill_nine(),
                _ => {
                    server.kill_nine();
                    Ok(())
                }
            };
            stop.store(true, Ordering::Relaxed);
            let restarted = killed.and_then(|()| match (victim, postgres) {
                (Victim::Cluster, Some(postgres)) => postgres.start_again(),
                _ => Ok(()),
            });
            for client in clients {
                answers.extend(client.join().map_err(|_| "a client fell over")??);
            }
            restarted
        })?;
        for (act, fate) in &answers {
            sum.refused += usize::from(*fate == Fate::Refused);
            sum.unknown += usize::from(*fate == Fate::Unknown);
            self.memory.note(act, *fate)?;
        }
        if victim == Victim::Server {
            self.server = Server::start(&self.data, self.tools)?;
        }
        self.settle(sum)?;
        self.check()
    }

    /// Sends what nobody knows the end of again, under the same ids, until it is settled.
    fn settle(&mut self, sum: &mut Tally) -> Result<(), String> {
        for act in self.memory.unsettled() {
            let fate = self.ask_again(&act)?;
            sum.found += usize::from(fate == Fate::Exists);
            self.memory.note(&act, fate)?;
        }
        // Acknowledged long ago: the answer is the same for ever.
        let old: Vec<Act> = self.memory.acknowledged().take(3).cloned().collect();
        for act in old {
            let fate = self.ask_again(&act)?;
            self.memory.note(&act, fate)?;
        }
        Ok(())
    }

    fn ask_again(&self, act: &Act) -> Result<Fate, String> {
        for _ in 0..TRIES_MAX {
            let session = &self.sessions[act.session];
            let fate = pay(self.server.address, session, act, Manner::Waits)?;
            if fate != Fate::Unknown {
                return Ok(fate);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("{act:?}: no answer after {TRIES_MAX} tries"))
    }

    fn check(&self) -> Result<(), String> {
        let (entries, sum) = self.data.ledger()?;
        self.memory.compare(&entries)?;
        let paid = self.memory.acknowledged().count();
        let dong = i64::try_from(paid).unwrap_or(i64::MAX).saturating_mul(DONG);
        if sum != dong {
            return Err(format!("entitlements add up to {sum}, acknowledged are {dong}"));
        }
        let province = &self.sessions[CLIENTS];
        let place = ("GET", "/bao-cao/tep/tong-hop.csv", province.cookie.as_str());
        let csv = ask(self.server.address, place, "", Manner::Waits)?;
        let lines = csv.split("\r\n\r\n").nth(1).unwrap_or_default().lines().skip(1);
        let (mut items, mut reported) = (0_usize, 0_i64);
        for line in lines {
            let number = |at: usize| line.split(',').nth(at).and_then(|text| text.parse().ok());
            items += number(7).unwrap_or(0) as usize;
            reported += number(9).unwrap_or(0);
        }
        if (items, reported) != (paid, dong) {
            return Err(format!("the report says {items} and {reported}, not {paid} and {dong}"));
        }
        output(self.data.program(self.tools, &["ledger", "verify"]))?;
        output(self.data.program(self.tools, &["audit", "verify"])).map(|_| ())
    }
}

/// One client: a payment, its answer, the next, until the server is gone.
fn pay_on(
    server: SocketAddr,
    (number, session): (usize, &Session),
    stock: &Stock,
    mut dice: Dice,
    dies: bool,
    stop: &AtomicBool,
) -> Result<Vec<(Act, Fate)>, String> {
    let mut done = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let mut at = stock.next.load(Ordering::Relaxed);
        if dice.below(100) < 12 && at > 0 {
            // Somebody else has that person in hand: only one of the two may pay her.
            at -= 1 + dice.below(at.min(10));
        } else {
            at = stock.next.fetch_add(1, Ordering::Relaxed);
        }
        let Some(claim) = stock.claims.get(at) else { break };
        let act = Act { id: dice.id(), claim: claim.clone(), session: number };
        let manner = match dice.below(10) {
            0 if dies => Manner::Leaves,
            1 if dies => Manner::Breaks,
            _ => Manner::Waits,
        };
        let fate = match pay(server, session, &act, manner) {
            Ok(fate) => fate,
            // A client that leaves reads half an answer; one that waits must understand it.
            Err(_) if manner != Manner::Waits => Fate::Unknown,
            Err(odd) => return Err(odd),
        };
        done.push((act, fate));
        if fate == Fate::Unknown && manner == Manner::Waits {
            // The server is gone, or its database: the clerk waits for it.
            break;
        }
    }
    Ok(done)
}

/// Sends a payment and reads its answer. No whole answer, or a fault of the server: unknown.
fn pay(server: SocketAddr, session: &Session, act: &Act, manner: Manner) -> Result<Fate, String> {
    let body = format!("csrf={}&kenh=cash&khoan={}.{}.{DONG}", session.csrf, act.claim, act.id);
    let place = ("POST", "/chi-tra/ghi", session.cookie.as_str());
    let Ok(answer) = ask(server, place, &body, manner) else { return Ok(Fate::Unknown) };
    let status = answer.split(' ').nth(1).unwrap_or_default();
    match status {
        "200" if answer.contains("Đã ghi 1 khoản đã chi") => Ok(Fate::Created),
        "200" if answer.contains("Lượt này đã ghi từ trước") => Ok(Fate::Exists),
        "200" if answer.contains("đã được chi: đã chi 1.500.000 đồng") => {
            Ok(Fate::Refused)
        }
        text if text.starts_with('5') => Ok(Fate::Unknown),
        _ => Err(format!("{}: an answer that says nothing: {answer}", session.username)),
    }
}
