//! OpenMetrics text as the older text format of Prometheus, version 0.0.4: the one that
//! node_exporter and promtool read.
//!
//! In it a counter is called by the name of its samples, an info is a gauge, and units and the end
//! have no line. It must never know which metrics there are.

/// The same metrics in the older format. What is no line of a description stays as it is.
#[must_use]
pub fn classic_text(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    // The help comes before the type, which says what the name is.
    let mut help = None;
    for line in open_metrics.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            let (ending, kind) = match kind {
                "counter" => ("_total", kind),
                "info" => ("_info", "gauge"),
                _ => ("", kind),
            };
            if let Some((_, said)) = help.take_if(|(of, _)| *of == name) {
                text.extend(["# HELP ", name, ending, " ", said, "\n"]);
            }
            text.extend(["# TYPE ", name, ending, " ", kind, "\n"]);
        } else if !line.starts_with("# ") {
            text.extend([line, "\n"]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_and_infos_are_called_by_the_names_of_their_samples() {
        let open = "# HELP a_seconds Time, of \"all\".\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1.5\n\
                    # HELP b Build.\n# TYPE b info\nb_info{v=\"# HELP \"} 1\n\
                    # HELP c A gauge.\n# TYPE c gauge\nc -1\n\
                    # TYPE d histogram\nd_bucket{le=\"+Inf\"} 1\n# EOF\n";
        let classic = "# HELP a_seconds_total Time, of \"all\".\n# TYPE a_seconds_total counter\na_seconds_total 1.5\n\
                       # HELP b_info Build.\n# TYPE b_info gauge\nb_info{v=\"# HELP \"} 1\n\
                       # HELP c A gauge.\n# TYPE c gauge\nc -1\n\
                       # TYPE d histogram\nd_bucket{le=\"+Inf\"} 1\n";
        assert_eq!(classic_text(open), classic);
        assert_eq!(classic_text(""), "");
    }
}
