# Who is told when the service on Cloud Run fails, with var.alert_email. What Prometheus watches beyond
# that is in deploy/monitoring.
locals {
  told = toset(var.alert_email == "" ? [] : [var.alert_email])
}

resource "google_monitoring_notification_channel" "operator" {
  for_each     = local.told
  display_name = "Data Dropzone, its operator"
  type         = "email"
  labels = {
    email_address = each.key
  }
  depends_on = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "errors" {
  for_each              = local.told
  display_name          = "Data Dropzone answers 5xx"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.operator[each.key].id]
  conditions {
    display_name = "more than one in ten seconds, for five minutes"
    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${var.service}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"5xx\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 0.1
      duration        = "300s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_RATE"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }
  documentation {
    content = "See \"When something is wrong\" in docs/operations.md: the log has the code of each."
  }
}
