//! A thousand calls, half of which are dropped at random moments: every other answer is right, and
//! nothing is left behind.

use super::{Told, children, manager, moody};
use fastrand::Rng;
use moody::Moody;
use polymer_host::CallOptions;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

pub(super) fn run(seed: u64) -> Told {
    let manager = manager().build()?;
    let module = moody();
    let (mut right, mut canceled) = (0, 0);
    let mut rng = Rng::with_seed(seed);
    let mut under_way = VecDeque::new();
    for number in 0..1000 {
        let doomed = number % 2 == 1;
        if doomed && rng.u8(..8) == 0 {
            // One that would keep its worker, so that nobody may wait for another one before it is
            // dropped.
            let call = manager.call(&module, Moody::new("sleep", number), CallOptions::default());
            spin(Duration::from_micros(rng.u64(..2500)));
            drop(call);
            canceled += 1;
            continue;
        }
        let task = Moody { number: rng.u64(..4), ..Moody::new("nap", number) };
        under_way.push_back((doomed, task.clone(), manager.call(&module, task, CallOptions::default())));
        while under_way.len() > rng.usize(..60) {
            let any = rng.usize(..under_way.len());
            let Some((doomed, task, call)) = under_way.remove(any) else { break };
            if doomed {
                // At some moment of its life: before it is begun, while it runs, when it is over.
                spin(Duration::from_micros(rng.u64(..25)));
                drop(call);
                canceled += 1;
            } else {
                let done = call.wait()?;
                assert_eq!(done.task.double, Some(task.number * 2), "{done:?}");
                right += 1;
            }
        }
    }
    for (doomed, task, call) in under_way {
        if doomed {
            drop(call);
            canceled += 1;
        } else {
            assert_eq!(call.wait()?.task.double, Some(task.number * 2));
            right += 1;
        }
    }
    println!("{right} right, {canceled} canceled");
    drop(manager);
    println!("{} processes left", children().len());
    Ok(())
}

/// Lets a moment pass, which is as short on a busy machine: to give up the processor there takes a
/// thousand times as long as elsewhere.
fn spin(moment: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < moment {
        std::hint::spin_loop();
    }
}
