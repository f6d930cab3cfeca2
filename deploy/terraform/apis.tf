# The services of Google's that are used. The first two are what enabling the others, and granting roles
# in the project, are calls of: in an empty project nothing works before them.
resource "google_project_service" "first" {
  for_each           = toset(["cloudresourcemanager", "serviceusage"])
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}

locals {
  apis = toset(concat(
    [
      "artifactregistry", "cloudbuild", "datastore", "firestore", "iam", "iamcredentials", "logging",
      "monitoring", "run", "secretmanager", "storage",
    ],
    var.domain != "" || var.kubernetes ? ["compute"] : [],
    var.kubernetes ? ["container"] : [],
    var.app_engine ? ["appengine", "appengineflex", "compute"] : [],
  ))
}

resource "google_project_service" "api" {
  for_each           = local.apis
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
  depends_on         = [google_project_service.first]
}
