# What the service needs at Google's, once for a project. docs/deployment.md has the commands, from an
# empty project on. The two secrets' values do not belong into Terraform's state, and are added by gcloud.

locals {
  secrets = ["dropzone-user", "dropzone-password"]

  # Terraform owns the indexes of this database: add what is missing to index.yaml, and apply. (`gcloud
  # datastore indexes create` is for databases that Terraform did not make.)
  indexes = {
    for index in yamldecode(file("${path.module}/../index.yaml")).indexes :
    join("-", concat([index.kind], [for p in index.properties : "${p.name}-${try(p.direction, "asc")}"])) => index
  }
}

resource "google_firestore_database" "records" {
  name                              = var.database
  location_id                       = var.region
  type                              = "DATASTORE_MODE"
  concurrency_mode                  = "OPTIMISTIC"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  depends_on                        = [google_project_service.api]
}

resource "google_firestore_index" "composite" {
  for_each    = local.indexes
  database    = google_firestore_database.records.name
  collection  = each.value.kind
  api_scope   = "DATASTORE_MODE_API"
  query_scope = "COLLECTION_GROUP"

  dynamic "fields" {
    for_each = each.value.properties
    content {
      field_path = fields.value.name
      order      = try(fields.value.direction, "asc") == "desc" ? "DESCENDING" : "ASCENDING"
    }
  }
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.records.name
  retention = "1209600s" # two weeks
  daily_recurrence {}
}

resource "google_artifact_registry_repository" "images" {
  repository_id = "dropzone"
  location      = var.region
  format        = "DOCKER"
  depends_on    = [google_project_service.api]

  cleanup_policies {
    id     = "the newest twenty"
    action = "KEEP"
    most_recent_versions {
      keep_count = 20
    }
  }
  cleanup_policies {
    id     = "what is older than a month"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }
}

# What `gcloud builds submit` uploads, for a month.
resource "google_storage_bucket" "sources" {
  name                        = "${var.project}-dropzone-sources"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true
  lifecycle_rule {
    condition {
      age = 30
    }
    action {
      type = "Delete"
    }
  }
  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret" "credentials" {
  for_each  = toset(local.secrets)
  secret_id = each.value
  replication {
    auto {}
  }
  depends_on = [google_project_service.api]
}
