//! Work divided over threads, with results in the order of the work.

use std::ops::Range;

/// Runs `work` over the ranges of `0..length`, one a thread, and puts the results together.
pub(crate) fn concat<T: Send>(
    length: usize,
    threads: usize,
    work: impl Fn(Range<usize>) -> Vec<T> + Sync,
) -> Vec<T> {
    let parts = each(length, threads, work);
    let mut all = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in parts {
        all.extend(part);
    }
    all
}

/// Makes a vector that `work` fills range by range of `0..length`, one a thread. The first thread's
/// part has room for the others', which are put behind it.
pub(crate) fn filled<T: Send>(
    length: usize,
    threads: usize,
    work: impl Fn(Range<usize>, &mut Vec<T>) + Sync,
) -> Vec<T> {
    let parts = each(length, threads, |range| {
        let room = if range.start == 0 { length } else { range.len() };
        let mut part = Vec::with_capacity(room);
        work(range, &mut part);
        part
    });
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_default();
    for mut part in parts {
        all.append(&mut part);
    }
    all
}

/// Runs `work` over parts of a slice, one a thread, given where the part begins.
pub(crate) fn for_each_part<T: Send>(
    all: &mut [T],
    threads: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let step = all.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        for (number, part) in all.chunks_mut(step).enumerate() {
            let work = &work;
            scope.spawn(move || work(number * step, part));
        }
    });
}

/// Runs `work` over the ranges of `0..length`, one a thread; results in order.
pub(crate) fn each<T: Send>(
    length: usize,
    threads: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let threads = threads.clamp(1, length.max(1));
    let step = length.div_ceil(threads).max(1);
    let ranges: Vec<Range<usize>> =
        (0..length).step_by(step).map(|from| from..(from + step).min(length)).collect();
    if ranges.len() < 2 {
        return ranges.into_iter().map(work).collect();
    }
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> =
            ranges.into_iter().map(|range| scope.spawn(move || work(range))).collect();
        let mut done = Vec::with_capacity(running.len());
        for thread in running {
            match thread.join() {
                Ok(result) => done.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
