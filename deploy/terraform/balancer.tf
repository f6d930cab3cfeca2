# HTTPS for var.domain before Cloud Run. A balancer passes requests on without an identity of its own, so
# it wants `public` as well. Its time-outs are Cloud Run's: they cannot be set for such a backend.
locals {
  balanced = toset(var.domain == "" ? [] : [var.domain])
}

resource "google_compute_global_address" "service" {
  for_each   = local.balanced
  name       = "dropzone"
  depends_on = [google_project_service.api]
}

resource "google_compute_region_network_endpoint_group" "service" {
  for_each              = local.balanced
  name                  = "dropzone"
  region                = var.region
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service = var.service
  }
  depends_on = [google_project_service.api]
}

resource "google_compute_backend_service" "service" {
  for_each              = local.balanced
  name                  = "dropzone"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  backend {
    group = google_compute_region_network_endpoint_group.service[each.key].id
  }
}

resource "google_compute_managed_ssl_certificate" "service" {
  for_each = local.balanced
  name     = "dropzone"
  managed {
    domains = [each.key]
  }
  depends_on = [google_project_service.api]
}

resource "google_compute_url_map" "service" {
  for_each        = local.balanced
  name            = "dropzone"
  default_service = google_compute_backend_service.service[each.key].id
}

resource "google_compute_target_https_proxy" "service" {
  for_each         = local.balanced
  name             = "dropzone"
  url_map          = google_compute_url_map.service[each.key].id
  ssl_certificates = [google_compute_managed_ssl_certificate.service[each.key].id]
}

resource "google_compute_global_forwarding_rule" "service" {
  for_each              = local.balanced
  name                  = "dropzone"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.service[each.key].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.service[each.key].id
}

output "address" {
  description = "Where the domain's A record has to point."
  value       = [for address in google_compute_global_address.service : address.address]
}
