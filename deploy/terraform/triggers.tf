# A push to the branch runs deploy/cloudbuild.yaml; a pull request is tested by the forge.
resource "google_cloudbuild_trigger" "release" {
  name            = "dropzone-release"
  location        = var.region
  filename        = "deploy/cloudbuild.yaml"
  service_account = google_service_account.releaser.id

  repository_event_config {
    repository = var.repository
    push {
      branch = var.branch
    }
  }

  substitutions = {
    _REGION = var.region
  }
}

output "image_repository" {
  description = "Where images are pushed."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}

output "service_account" {
  description = "What the server runs as."
  value       = google_service_account.server.email
}
