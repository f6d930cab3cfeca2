# A push to the branch runs deploy/cloudbuild.yaml; a pull request is tested by the forge. There is no
# trigger until a repository is connected: builds can be started by hand without one.
resource "google_cloudbuild_trigger" "release" {
  for_each        = toset(var.repository == "" ? [] : [var.repository])
  name            = "dropzone-release"
  location        = var.region
  filename        = "deploy/cloudbuild.yaml"
  service_account = google_service_account.releaser.id

  repository_event_config {
    repository = each.value
    push {
      branch = var.branch
    }
  }

  substitutions = {
    _REGION           = var.region
    _SERVICE          = var.service
    _RELEASE          = var.release
    _USER_VERSION     = var.user_version
    _PASSWORD_VERSION = var.password_version
    _CANARY_REQUESTS  = var.canary_requests
    _BALANCER         = join("", [for address in google_compute_global_address.service : address.address])
  }
  depends_on = [google_project_service.api]
}

output "image_repository" {
  description = "Where images are pushed."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}

output "service_account" {
  description = "What the server runs as."
  value       = google_service_account.server.email
}
