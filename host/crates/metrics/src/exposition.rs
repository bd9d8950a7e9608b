//! A snapshot as OpenMetrics text: the names, help and labels of all metrics.
//!
//! Names follow Prometheus: base units, `_total` for counters. Labels are words of ours and their
//! number is fixed. It must never know who reads the text.

use crate::bucket_bounds::{BucketBounds, FUEL_BOUNDS, MEMORY_BOUNDS, TIME_BOUNDS};
use crate::metrics_snapshot::{MetricsSnapshot, RunPhase};
use polymer_host_sketch::ValueHistogram;
use polymer_host_task::Verdict;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};
use std::fmt;
use std::sync::Arc;

/// The program whose metrics these are.
#[derive(Debug, Clone, Copy)]
pub struct BuildFacts {
    /// Its version.
    pub version: &'static str,
    /// The commit that it was built from; empty if that is not known.
    pub commit: &'static str,
}

/// The figures as OpenMetrics text, version 1.0.
///
/// # Errors
/// If they cannot be put into words.
pub fn open_metrics_text(snapshot: &Arc<MetricsSnapshot>, build: BuildFacts) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(SnapshotCollector { snapshot: Arc::clone(snapshot), build }));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What the registry asks.
#[derive(Debug)]
struct SnapshotCollector {
    snapshot: Arc<MetricsSnapshot>,
    build: BuildFacts,
}

impl Collector for SnapshotCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut out = MetricWriter { encoder: &mut encoder };
        out.tasks(&self.snapshot)?;
        out.usage(&self.snapshot)?;
        out.workers(&self.snapshot)?;
        out.modules(&self.snapshot)?;
        out.run(&self.snapshot, self.build)
    }
}

/// Name and help of a metric.
type MetricName = (&'static str, &'static str);
/// One sample of a metric: the value of its label, and its own.
type LabelledValue = (&'static str, u64);

struct MetricWriter<'a, 'b> {
    encoder: &'a mut DescriptorEncoder<'b>,
}

impl MetricWriter<'_, '_> {
    fn tasks(&mut self, of: &MetricsSnapshot) -> fmt::Result {
        let verdicts = Verdict::ALL
            .map(|verdict| (verdict.name(), of.verdicts.get(&verdict).copied().unwrap_or_default()));
        self.counters(("polymer_tasks", "Tasks that are over."), "verdict", &verdicts)?;
        let causes = (
            "polymer_failure_causes",
            "Causes for which tasks did not end ok, as far as they are told apart.",
        );
        self.gauge(causes, of.causes)?;
        self.counter(("polymer_attempts", "Attempts of tasks that are over."), of.attempts)?;
        let retries = [("retry", of.retries), ("escalation", of.escalations), ("alone", of.suspects)];
        let help =
            "Attempts that were made again: after a failure, with more of a limit, or alone in a worker.";
        self.counters(("polymer_retries", help), "kind", &retries)?;
        self.gauge(("polymer_queue_tasks", "Tasks in the run that wait for a worker."), of.waiting)?;
        let help = "Time that the tasks that wait will take, with the mean run time and all workers.";
        self.float_gauge(("polymer_backlog", help), Some(&Unit::Seconds), of.backlog_seconds())
    }

    fn usage(&mut self, of: &MetricsSnapshot) -> fmt::Result {
        let help = "Run times of attempts, of tasks that are over.";
        let seconds = Some(&Unit::Seconds);
        self.histogram(("polymer_task_duration", help), seconds, &TIME_BOUNDS, &of.run_time)?;
        let help = "Times that tasks waited for a worker, of tasks that are over.";
        self.histogram(("polymer_task_queue", help), seconds, &TIME_BOUNDS, &of.queue_time)?;
        let help = "Fuel of attempts, of tasks that are over.";
        self.histogram(("polymer_fuel_units", help), None, &FUEL_BOUNDS, &of.fuel)?;
        let help = "Peak sizes of the linear memories of attempts, of tasks that are over.";
        self.histogram(("polymer_memory", help), Some(&Unit::Bytes), &MEMORY_BOUNDS, &of.memory)
    }

    fn workers(&mut self, of: &MetricsSnapshot) -> fmt::Result {
        let states = [("running", of.running), ("compiling", of.compiling)];
        let help = "Workers that are at a task, and modules that are being compiled.";
        self.gauges(("polymer_workers", help), "state", &states)?;
        let help = "Workers that the run may have at a time.";
        self.gauge(("polymer_worker_slots", help), of.slots.into())?;
        let help = "Workers that were started in place of one that was not recycled.";
        self.counter(("polymer_worker_restarts", help), of.restarts)?;
        self.counter(("polymer_worker_deaths", "Workers that died by themselves."), of.deaths)?;
        let help = "Workers that had lived long enough and were ended.";
        self.counter(("polymer_worker_recycles", help), of.recycled)
    }

    fn modules(&mut self, of: &MetricsSnapshot) -> fmt::Result {
        let sources = [("compiler", of.compiled), ("cache", of.cached)];
        let help = "Modules that are ready, by where their code came from.";
        self.counters(("polymer_modules", help), "source", &sources)?;
        let help = "Time that compiling modules took, of all of them together.";
        let seconds = of.compile_time.as_secs_f64();
        let mut encoder = self.encoder.encode_descriptor(
            "polymer_compile",
            help,
            Some(&Unit::Seconds),
            MetricType::Counter,
        )?;
        encoder.encode_counter::<NoLabelSet, f64, f64>(&seconds, None)
    }

    fn run(&mut self, of: &MetricsSnapshot, build: BuildFacts) -> fmt::Result {
        let phases = RunPhase::ALL.map(|phase| (phase.name(), u64::from(phase == of.phase)));
        let help = "Phase of the run: 1 for the one that it is in.";
        self.gauges(("polymer_run_phase", help), "phase", &phases)?;
        let help = "When the run began, since the Unix epoch.";
        let started = of.started.as_secs_f64();
        self.float_gauge(("polymer_run_start_time", help), Some(&Unit::Seconds), started)?;
        let help = "Version of polymer.";
        let mut encoder = self.encoder.encode_descriptor("polymer_build", help, None, MetricType::Info)?;
        encoder.encode_info(&[("version", build.version), ("commit", build.commit)])
    }

    fn counter(&mut self, (name, help): MetricName, value: u64) -> fmt::Result {
        let mut encoder = self.encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        encoder.encode_counter::<NoLabelSet, u64, f64>(&value, None)
    }

    fn counters(
        &mut self,
        (name, help): MetricName,
        label: &'static str,
        values: &[LabelledValue],
    ) -> fmt::Result {
        let mut encoder = self.encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (of, value) in values {
            let labels = [(label, *of)];
            encoder.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, f64>(value, None)?;
        }
        Ok(())
    }

    fn gauge(&mut self, name: MetricName, value: u64) -> fmt::Result {
        self.float_gauge(name, None, as_float(value))
    }

    fn float_gauge(&mut self, (name, help): MetricName, unit: Option<&Unit>, value: f64) -> fmt::Result {
        self.encoder.encode_descriptor(name, help, unit, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn gauges(
        &mut self,
        (name, help): MetricName,
        label: &'static str,
        values: &[LabelledValue],
    ) -> fmt::Result {
        let mut encoder = self.encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (of, value) in values {
            let labels = [(label, *of)];
            encoder.encode_family(&labels)?.encode_gauge(&as_float(*value))?;
        }
        Ok(())
    }

    fn histogram(
        &mut self,
        (name, help): MetricName,
        unit: Option<&Unit>,
        bounds: &BucketBounds,
        values: &ValueHistogram,
    ) -> fmt::Result {
        let counts = bounds.counts(values);
        self.encoder
            .encode_descriptor(name, help, unit, MetricType::Histogram)?
            .encode_histogram::<NoLabelSet>(bounds.sum(values), values.count(), &counts, None)
    }
}

#[expect(clippy::cast_precision_loss, reason = "the format has floats")]
const fn as_float(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::time::Duration;

    const BUILD: BuildFacts = BuildFacts { version: "1.2.3", commit: "abc" };

    fn text(snapshot: MetricsSnapshot) -> String {
        open_metrics_text(&Arc::new(snapshot), BUILD).unwrap()
    }

    fn value(text: &str, sample: &str) -> String {
        let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{sample} is not in\n{text}")).to_owned()
    }

    #[test]
    fn every_figure_has_its_metric() {
        let mut snapshot = MetricsSnapshot {
            phase: RunPhase::Draining,
            started: Duration::from_millis(1_500),
            verdicts: [(Verdict::Ok, 5), (Verdict::Trap, 2)].into(),
            causes: 1,
            attempts: 9,
            retries: 10,
            escalations: 11,
            suspects: 12,
            waiting: 13,
            running: 14,
            compiling: 15,
            slots: 16,
            restarts: 17,
            deaths: 18,
            recycled: 19,
            compiled: 20,
            cached: 21,
            compile_time: Duration::from_millis(2_250),
            ..MetricsSnapshot::default()
        };
        snapshot.run_time.add(2_000_000_000);
        snapshot.queue_time.add(1_000);
        snapshot.fuel.add(1_023);
        snapshot.memory.add(65_536);
        let text = text(snapshot);
        for (sample, expected) in [
            ("polymer_tasks_total{verdict=\"ok\"}", "5"),
            ("polymer_tasks_total{verdict=\"trap\"}", "2"),
            ("polymer_tasks_total{verdict=\"timeout\"}", "0"),
            ("polymer_failure_causes", "1.0"),
            ("polymer_attempts_total", "9"),
            ("polymer_retries_total{kind=\"retry\"}", "10"),
            ("polymer_retries_total{kind=\"escalation\"}", "11"),
            ("polymer_retries_total{kind=\"alone\"}", "12"),
            ("polymer_queue_tasks", "13.0"),
            ("polymer_backlog_seconds", "1.625"),
            ("polymer_task_duration_seconds_sum", "2.0"),
            ("polymer_task_duration_seconds_count", "1"),
            ("polymer_task_duration_seconds_bucket{le=\"1.073741823\"}", "0"),
            ("polymer_task_duration_seconds_bucket{le=\"2.147483647\"}", "1"),
            ("polymer_task_duration_seconds_bucket{le=\"+Inf\"}", "1"),
            ("polymer_task_queue_seconds_count", "1"),
            ("polymer_fuel_units_bucket{le=\"1023.0\"}", "1"),
            ("polymer_memory_bytes_bucket{le=\"65535.0\"}", "0"),
            ("polymer_memory_bytes_bucket{le=\"131071.0\"}", "1"),
            ("polymer_workers{state=\"running\"}", "14.0"),
            ("polymer_workers{state=\"compiling\"}", "15.0"),
            ("polymer_worker_slots", "16.0"),
            ("polymer_worker_restarts_total", "17"),
            ("polymer_worker_deaths_total", "18"),
            ("polymer_worker_recycles_total", "19"),
            ("polymer_modules_total{source=\"compiler\"}", "20"),
            ("polymer_modules_total{source=\"cache\"}", "21"),
            ("polymer_compile_seconds_total", "2.25"),
            ("polymer_run_phase{phase=\"draining\"}", "1.0"),
            ("polymer_run_phase{phase=\"over\"}", "0.0"),
            ("polymer_run_start_time_seconds", "1.5"),
            ("polymer_build_info{version=\"1.2.3\",commit=\"abc\"}", "1"),
        ] {
            assert_eq!(value(&text, sample), expected, "{sample}");
        }
    }

    #[test]
    fn the_text_has_as_many_lines_whatever_a_run_did() {
        let nothing = text(MetricsSnapshot::default());
        let mut snapshot = MetricsSnapshot {
            verdicts: Verdict::ALL.map(|verdict| (verdict, u64::MAX)).into(),
            ..MetricsSnapshot::default()
        };
        for histogram in
            [&mut snapshot.run_time, &mut snapshot.queue_time, &mut snapshot.fuel, &mut snapshot.memory]
        {
            (0..64).for_each(|power| histogram.add(1 << power));
        }
        let much = text(snapshot);
        assert_eq!(much.lines().count(), nothing.lines().count());
        assert!(much.len() < 16 << 10, "{} bytes", much.len());
    }

    #[test]
    fn each_metric_is_described_once_and_has_a_name_of_ours() {
        let text = text(MetricsSnapshot::default());
        let described: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
        let names: BTreeSet<&str> = described.iter().copied().collect();
        assert_eq!(names.len(), described.len());
        assert!(names.len() > 15 && names.iter().all(|name| name.starts_with("polymer_")), "{names:?}");
        let helps = text.lines().filter(|line| line.starts_with("# HELP ") && line.ends_with('.'));
        assert_eq!(helps.count(), described.len());
    }
}
