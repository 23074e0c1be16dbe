export interface paths {
  '/healthz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              /** @enum {string} */
              status: 'ok'
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/readyz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              /** @enum {unknown} */
              status: 'ready' | 'not ready'
              checks: {
                [key: string]: string
              }
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        /** @description Default Response */
        503: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              /** @enum {unknown} */
              status: 'ready' | 'not ready'
              checks: {
                [key: string]: string
              }
            }
          }
        }
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description in the form of Prometheus */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'text/plain': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/monitor/metrics': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description in the form of Prometheus */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'text/plain': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/message-schemas/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: string[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/message-schemas/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description a JSON schema */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/schema+json': {
              [key: string]: unknown
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/srpms/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'multipart/form-data': {
            [key: string]: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              srpms: string[]
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          name?: string | string[]
          stream?: string | string[]
          version?: string | string[]
          context?: string | string[]
          koji_tag?: string | string[]
          build_context?: string | string[]
          build_context_no_bms?: string | string[]
          runtime_context?: string | string[]
          rebuild_strategy?: string | string[]
          cg_build_koji_tag?: string | string[]
          owner?: string | string[]
          scmurl?: string | string[]
          state_reason?: string | string[]
          batch?: string | string[]
          reused_module_id?: string | string[]
          new_repo_task_id?: string | string[]
          stream_version?: string | string[]
          scratch?: string | string[]
          state?: string | string[]
          nsvc?: string | string[]
          rpm?: string | string[]
          virtual_stream?: string | string[]
          stream_version_lte?: string | string[]
          short?: string | string[]
          base_module_br?: string | string[]
          base_module_br_name?: string | string[]
          base_module_br_stream?: string | string[]
          base_module_br_version?: string | string[]
          base_module_br_context?: string | string[]
          base_module_br_stream_version?: string | string[]
          base_module_br_stream_version_lte?: string | string[]
          base_module_br_stream_version_gte?: string | string[]
          submitted_before?: string | string[]
          submitted_after?: string | string[]
          modified_before?: string | string[]
          modified_after?: string | string[]
          completed_before?: string | string[]
          completed_after?: string | string[]
          order_by?: string | string[]
          order_desc_by?: string | string[]
          verbose?: string | string[]
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: (
                | components['schemas']['ModuleBuild']
                | components['schemas']['NormalModuleBuild']
                | components['schemas']['ShortModuleBuild']
              )[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': components['schemas']['Submission']
          'multipart/form-data': {
            /**
             * Format: binary
             * @description the document
             */
            yaml?: string
          } & {
            [key: string]: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['ModuleBuild'] | components['schemas']['ModuleBuild'][]
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/plan/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': components['schemas']['Submission']
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['SubmissionPlan']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/where/{component}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          component: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['ShippedComponent'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuilds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            component: string
            ref?: string
            streams?: string[]
            plan?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['Rebuilt'][]
            }
          }
        }
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['Rebuilt'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuilds/published/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            modulemd: string
            platform?: string
            ref?: string
            plan?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Rebuilt']
          }
        }
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Rebuilt']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          verbose?: string
          short?: string
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json':
              | components['schemas']['ModuleBuild']
              | components['schemas']['NormalModuleBuild']
              | components['schemas']['ShortModuleBuild']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            state: string | number
            owner?: string
            reason?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['ModuleBuild']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              messages: {
                id: number
                time_created: string
                message: string
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          package?: string | string[]
          format?: string | string[]
          nvr?: string | string[]
          scmurl?: string | string[]
          ref?: string | string[]
          state_reason?: string | string[]
          task_id?: string | string[]
          batch?: string | string[]
          module_id?: string | string[]
          module_build?: string | string[]
          reused_component_id?: string | string[]
          build_time_only?: string | string[]
          buildonly?: string | string[]
          tagged?: string | string[]
          tagged_in_final?: string | string[]
          state?: string | string[]
          order_by?: string | string[]
          order_desc_by?: string | string[]
          verbose?: string | string[]
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: (
                components['schemas']['ComponentBuild'] | components['schemas']['NormalComponentBuild']
              )[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          verbose?: string
          short?: string
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json':
              components['schemas']['ComponentBuild'] | components['schemas']['NormalComponentBuild']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/messages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          page?: string | string[]
          per_page?: string | string[]
        }
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              messages: {
                id: number
                time_created: string
                message: string
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['ComponentBuild']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/component-builds/{id}/logs/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          offset?: number
        }
        header?: never
        path: {
          version: number
          id: number
          name: 'build' | 'root'
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description the log from there on, 1 MiB of it at most */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'text/plain': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/about/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['About']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/rebuild-strategies/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                description: string
                allowed: boolean
                default: boolean
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/final-modulemd/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description arch → document */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              [key: string]: string
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/import-module/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            scmurl?: string
            modulemd?: string
            builds?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              module: components['schemas']['ImportedModuleBuild']
              messages: string[]
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/retirements/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['Retirement'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/retirements/{name}/{stream}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
          stream: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            eol: string
            reason: string
            obsoleted_by?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Retirement']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          name: string
          stream: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description messages as server-sent events */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'text/event-stream': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/module-build-service/{version}/module-builds/{id}/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          version: number
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description messages as server-sent events */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'text/event-stream': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          state?:
            | ('queued' | 'done' | 'failed' | 'parked' | 'canceled')
            | ('queued' | 'done' | 'failed' | 'parked' | 'canceled')[]
          subject?: string
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['Effect'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/{id}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Effect']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/effects/{id}/fail': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            owner?: string
            reason?: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Effect']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          pattern?: string
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['HubTag'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name: string
            parent?: string
            arches?: string
            permission?: string | null
            locked?: boolean
            extra?: {
              [key: string]: unknown
            }
            block_extra?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubTag']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubTag']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name?: string
            remove_extra?: string[]
            arches?: string
            permission?: string | null
            locked?: boolean
            extra?: {
              [key: string]: unknown
            }
            block_extra?: string[]
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubTag']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    trace?: never
  }
  '/hub/tags/{tag}/config': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              id: number
              name: string
              /** @description separated by spaces */
              arches: string
              permission: string | null
              locked: boolean
              extra: {
                [key: string]: unknown
              }
              /** @description which tag each inherited setting is from */
              origins: {
                [key: string]: string
              }
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/inheritance': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          full?: boolean
          reverse?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['InheritanceLink'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            links: {
              parent: string
              priority?: number
              maxdepth?: number | null
              intransitive?: boolean
              noconfig?: boolean
              pkg_filter?: string
              delete?: boolean
            }[]
            clear?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['InheritanceLink'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/history': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['HistoryEntry'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/last-change': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          inherit?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              event: number | null
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/builds': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
          latest?: number
          package?: string
          type?: string
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['TaggedBuild'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build: string
            force?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              tag: string
              build: string
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/rpms': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
          latest?: number
          package?: string
          type?: string
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: {
                id: number
                nevra: string
                arch: string
                file: string
                size: number
                sha256: string
                sigmd5: string
                build: string
                tag: string
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/builds/{nvr}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: {
          force?: boolean
        }
        header?: never
        path: {
          tag: string
          nvr: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/moves/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build: string
            from: string
            to: string
            force?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              build: string
              from: string
              to: string
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/packages': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['ListedPackage'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/packages/{package}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          package: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            owner?: string
            blocked?: boolean
            extra_arches?: string
            force?: boolean
            update?: boolean
          }
        }
      }
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          package: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/groups': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          inherit?: boolean
        }
        header?: never
        path: {
          tag: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: {
                name: string
                tag: string
                exported: boolean
                display_name: string
                is_default: boolean
                uservisible: boolean
                description: string
                langonly: string | null
                biarchonly: boolean
                packages: {
                  package: string
                  type: string
                  basearchonly: boolean
                  requires: string | null
                }[]
                requirements: {
                  group: string
                  type: string
                  is_metapkg: boolean
                }[]
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/tags/{tag}/groups/{group}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          group: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            blocked?: boolean
            exported?: boolean
            display_name?: string
            is_default?: boolean
            uservisible?: boolean
            description?: string
            langonly?: string | null
            biarchonly?: boolean
            packages?: string[]
            remove_packages?: string[]
            requirements?: string[]
          }
        }
      }
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          tag: string
          group: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/targets/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['HubTarget'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/targets/{target}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          event?: number
        }
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubTarget']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            build_tag?: string
            dest_tag?: string
            create?: boolean
          }
        }
      }
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubTarget']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          target: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          package?: string
          type?: string
          state?: 'building' | 'complete' | 'deleted' | 'failed' | 'canceled'
          owner?: string
          content_generator?: string
          untagged?: boolean
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['HubBuild'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['WholeHubBuild']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/files': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              nvr: string
              files: {
                path: string
                size: number | null
                sha256: string
              }[]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/files/{*}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description the file */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/octet-stream': string
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/builds/{build}/headers/{nevra}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          build: string
          nevra: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['RpmHeader']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/artifacts/faults': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          after?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              verified: number
              faults: components['schemas']['ArtifactFault'][]
              next: string | null
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/events/last': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          before?: string
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubEvent'] | null
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/events/{event}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          event: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubEvent']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-import': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'multipart/form-data': {
            /** @description JSON: build, buildroots and output; before the files */
            metadata: string
            /** @description of a reservation */
            token?: string
          } & {
            [key: string]: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['HubBuild']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        422: components['responses']['UnprocessableEntity']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-reservations/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            content_generator: string
            name: string
            version: string
            release: string
            epoch?: number | null
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              build_id: number
              token: string
            }
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/cg-reservations/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            content_generator: string
            token: string
            state?: string
          }
        }
      }
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/users/{user}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/users/{user}/permissions/{permission}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          permission: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          permission: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/content-generators/{generator}/users/{user}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          generator: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete: {
      parameters: {
        query?: never
        header?: never
        path: {
          user: string
          generator: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/build-types/{type}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put: {
      parameters: {
        query?: never
        header?: never
        path: {
          type: string
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description done */
        204: {
          headers: {
            [name: string]: unknown
          }
          content?: never
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        414: components['responses']['URITooLong']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/composes/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: {
          page?: number
          /** @description default 10, at most 100 */
          per_page?: number
        }
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              meta: components['schemas']['ListMeta']
              items: components['schemas']['Compose'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            platform: string
          }
        }
      }
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Compose']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        408: components['responses']['RequestTimeout']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/composes/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path: {
          id: number
        }
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['Compose']
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        404: components['responses']['NotFound']
        414: components['responses']['URITooLong']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/hub/keys/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': {
              items: components['schemas']['SigningKey'][]
            }
          }
        }
        400: components['responses']['BadRequest']
        403: components['responses']['Forbidden']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    put?: never
    post: {
      parameters: {
        query?: never
        header?: never
        path?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown
          }
          content: {
            'application/json': components['schemas']['SigningKey']
          }
        }
        400: components['responses']['BadRequest']
        401: components['responses']['Unauthorized']
        403: components['responses']['Forbidden']
        408: components['responses']['RequestTimeout']
        409: components['responses']['Conflict']
        413: components['responses']['PayloadTooLarge']
        415: components['responses']['UnsupportedMediaType']
        500: components['responses']['InternalServerError']
        503: components['responses']['ServiceUnavailable']
      }
    }
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    /** Error */
    Error: {
      status: number
      /** @description the status in words */
      error: string
      message: string
      /** @description the parameter, the key of the document or the file */
      where?: string
    }
    /** Submission */
    Submission: {
      scmurl?: string
      branch?: string
      modulemd?: string
      module_name?: string
      module_stream?: string
      scratch?: boolean
      srpms?: string[]
      owner?: string
      rebuild_strategy?: string
      /** @description module → streams */
      buildrequire_overrides?: {
        [key: string]: string[]
      }
      /** @description module → streams */
      require_overrides?: {
        [key: string]: string[]
      }
      reuse_components_from?: number | string
      side_tag?: string
    }
    /** ModuleBuild */
    ModuleBuild: {
      id: number
      /** @enum {unknown} */
      state: 0 | 1 | 2 | 3 | 4 | 5 | 6
      /** @enum {unknown} */
      state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
      name: string
      stream: string
      /** @description 0 until it is known */
      version: string
      /** @description 00000000 until it is known */
      context: string
      scratch: boolean
      state_reason: string | null
      component_builds: number[]
      koji_tag: string | null
      owner: string
      rebuild_strategy: string
      scmurl: string | null
      srpms: string[]
      siblings: number[]
      /** @description by name */
      buildrequires: {
        [key: string]: {
          context: string
          koji_tag: string
          ref: string
          stream: string
          version: string
          filtered_rpms?: string[]
        }
      }
      time_submitted: string
      time_modified: string
      time_completed: string | null
      /** @description format → package → task */
      tasks: {
        [key: string]: {
          [key: string]: {
            task_id: number | null
            state: (0 | 1 | 3 | 4) | null
            state_reason: string | null
            nvr: string | null
          }
        }
      }
      base_module_buildrequires: {
        id: number
        /** @enum {unknown} */
        state: 0 | 1 | 2 | 3 | 4 | 5 | 6
        /** @enum {unknown} */
        state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
        name: string
        stream: string
        /** @description 0 until it is known */
        version: string
        /** @description 00000000 until it is known */
        context: string
        stream_version: number | null
      }[]
      build_context: string | null
      runtime_context: string | null
      modulemd: string | null
      reused_module_id: number | null
      state_trace: {
        time: string | null
        state: number
        state_name: string
        reason: string | null
      }[]
      state_url: string
      stream_version: number | null
      virtual_streams: string[]
      arches: string[]
      platform: string | null
      batch: number
      dist_tag: string | null
      components: {
        id: number
        package: string
        task_id: number | null
        state: (0 | 1 | 3 | 4) | null
        state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
        state_reason: string | null
        nvr: string | null
        batch: number
        attempt: number
        time_started: string | null
        time_completed: string | null
        reuse: {
          code: string
          detail: string | null
        } | null
        included_from: string | null
        expected_seconds: number | null
        expected_error: number | null
        log_url: string | null
        /** @description packages of its batch that it waits for, where the module's author leaves the order to us */
        built_after: string[]
      }[]
      waiting_for: {
        sentence: string
        since: string
      }[]
      stopped_by: string | null
      actions: {
        /** @enum {unknown} */
        name: 'cancel' | 'resume' | 'retry' | 'rebuild'
        allowed: boolean
        reason: string | null
        /** @description users who may take the action */
        who: string
      }[]
    }
    /** ListMeta */
    ListMeta: {
      page: number
      pages: number
      per_page: number
      total: number
      first: string
      last: string
      prev: string | null
      next: string | null
    }
    /** NormalModuleBuild */
    NormalModuleBuild: {
      id: number
      /** @enum {unknown} */
      state: 0 | 1 | 2 | 3 | 4 | 5 | 6
      /** @enum {unknown} */
      state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
      name: string
      stream: string
      /** @description 0 until it is known */
      version: string
      /** @description 00000000 until it is known */
      context: string
      scratch: boolean
      state_reason: string | null
      component_builds: number[]
      koji_tag: string | null
      owner: string
      rebuild_strategy: string
      scmurl: string | null
      srpms: string[]
      siblings: number[]
      /** @description by name */
      buildrequires: {
        [key: string]: {
          context: string
          koji_tag: string
          ref: string
          stream: string
          version: string
          filtered_rpms?: string[]
        }
      }
      time_submitted: string
      time_modified: string
      time_completed: string | null
      /** @description format → package → task */
      tasks: {
        [key: string]: {
          [key: string]: {
            task_id: number | null
            state: (0 | 1 | 3 | 4) | null
            state_reason: string | null
            nvr: string | null
          }
        }
      }
    }
    /** ShortModuleBuild */
    ShortModuleBuild: {
      id: number
      /** @enum {unknown} */
      state: 0 | 1 | 2 | 3 | 4 | 5 | 6
      /** @enum {unknown} */
      state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
      name: string
      stream: string
      /** @description 0 until it is known */
      version: string
      /** @description 00000000 until it is known */
      context: string
      scratch: boolean
    }
    /** PlannedBuild */
    PlannedBuild: {
      name: string
      stream: string
      version: string | null
      context: string
      scratch: boolean
      build_context: string
      build_context_no_bms: string
      runtime_context: string
      platform: string | null
      arches: string[]
      /** @description by name */
      buildrequires: {
        [key: string]: {
          context: string
          koji_tag: string
          ref: string
          stream: string
          version: string
          filtered_rpms?: string[]
        }
      }
      dependencies: {
        buildrequires: {
          [key: string]: string[]
        }
        requires: {
          [key: string]: string[]
        }
      }[]
      rebuild_strategy: string | null
      /** @description whether the service orders the components of a batch by their dependencies */
      dependency_order: boolean
      reused_module_id: number | null
      exists: {
        id: number
        state_name: string
      } | null
      components: {
        package: string
        ref: string | null
        batch: number
        included_from: string | null
        reuse: {
          code: string
          detail: string
        } | null
        expected_seconds: number | null
        expected_error: number | null
        samples: number
      }[]
      critical_path: {
        packages: string[]
        seconds: number
        error: number
        unknown: string[]
      } | null
    }
    /** SubmissionPlan */
    SubmissionPlan: {
      refused: {
        message: string
        where: string | null
      }[]
      unmet: string[]
      builds: components['schemas']['PlannedBuild'][]
      assumed: {
        name: string
        stream: string
        virtual_streams: string[]
      }[]
      left_out: {
        code: string
        message: string
        remedy: string
        line: number
        column: number
        path: string
      }[]
    }
    /** ShippedComponent */
    ShippedComponent: {
      id: number
      name: string
      stream: string
      version: string
      context: string
      platform: string
      scmurl: string | null
      branch: string | null
      nvr: string | null
      ref: string | null
      /** @description the newest compose of each platform that contains the module */
      composes: number[]
    }
    /** Rebuilt */
    Rebuilt: {
      name: string
      stream: string
      from: number | null
      plan?: components['schemas']['SubmissionPlan']
      builds?: number[]
      error?: string
    }
    /** ComponentBuild */
    ComponentBuild: {
      /** @description the component build */
      id: number
      module_build: number
      package: string
      format: string
      state: (0 | 1 | 3 | 4) | null
      state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
      state_reason: string | null
      task_id: number | null
      nvr: string | null
      batch: number
      attempt: number
      time_started: string | null
      time_completed: string | null
      reuse: {
        code: string
        detail: string | null
      } | null
      included_from: string | null
      expected_seconds: number | null
      expected_error: number | null
      log_url: string | null
      state_trace: {
        time: string | null
        state: number
        state_name: string
        reason: string | null
      }[]
      state_url: string
    }
    /** NormalComponentBuild */
    NormalComponentBuild: {
      /** @description the component build */
      id: number
      module_build: number
      package: string
      format: string
      state: (0 | 1 | 3 | 4) | null
      state_name: ('BUILDING' | 'COMPLETE' | 'FAILED' | 'CANCELED') | null
      state_reason: string | null
      task_id: number | null
      nvr: string | null
    }
    /** About */
    About: {
      version: string
      api_version: number
      /** @enum {unknown} */
      auth_method: 'oidc' | 'kerberos'
      /** @description of the database: the folder of its builds below dataDir */
      instance: string
    }
    /** ImportedModuleBuild */
    ImportedModuleBuild: {
      id: number
      /** @enum {unknown} */
      state: 0 | 1 | 2 | 3 | 4 | 5 | 6
      /** @enum {unknown} */
      state_name: 'init' | 'wait' | 'build' | 'done' | 'failed' | 'ready' | 'garbage'
      name: string
      stream: string
      /** @description 0 until it is known */
      version: string
      /** @description 00000000 until it is known */
      context: string
      scratch: boolean
      state_reason: string | null
      component_builds: number[]
      koji_tag: string | null
      owner: string
      rebuild_strategy: string
      scmurl: string | null
      srpms: string[]
      siblings: number[]
      /** @description by name */
      buildrequires: {
        [key: string]: {
          context: string
          koji_tag: string
          ref: string
          stream: string
          version: string
          filtered_rpms?: string[]
        }
      }
      time_submitted: string
      time_modified: string
      time_completed: string | null
    }
    /** Retirement */
    Retirement: {
      name: string
      stream: string
      /** @description first day without builds, YYYY-MM-DD, UTC */
      eol: string
      reason: string
      obsoleted_by: string | null
      retired_by: string
    }
    /** Effect */
    Effect: {
      id: number
      /** @description module-build:7 */
      subject: string
      kind: string
      payload: {
        [key: string]: unknown
      }
      /** @enum {unknown} */
      state: 'queued' | 'done' | 'failed' | 'parked' | 'canceled'
      attempt: number
      error: string | null
      blame: ('user' | 'infra' | 'bug') | null
      /** Format: date-time */
      created_at: string
      finished_at: string | null
    }
    /** HubTag */
    HubTag: {
      id: number
      name: string
      /** @description separated by spaces */
      arches: string
      permission: string | null
      locked: boolean
      extra: {
        [key: string]: unknown
      }
      blocked_extra: string[]
    }
    /** InheritanceLink */
    InheritanceLink: {
      child: string
      parent: string
      priority: number
      maxdepth: number | null
      intransitive: boolean
      noconfig: boolean
      pkg_filter: string
      currdepth?: number
      nextdepth?: number | null
      filter?: string[]
    }
    /** HistoryEntry */
    HistoryEntry: {
      event: number
      /** Format: date-time */
      at: string
      user: string
      subject: string
      /** @enum {unknown} */
      action: 'added' | 'removed'
      what: string
    }
    /** TaggedBuild */
    TaggedBuild: {
      id: number
      nvr: string
      name: string
      version: string
      release: string
      epoch: number | null
      /** @enum {unknown} */
      state: 'building' | 'complete' | 'deleted' | 'failed' | 'canceled'
      types: string[]
      owner: string
      source: string | null
      content_generator: string | null
      /** Format: date-time */
      creation_time: string
      start_time: string | null
      completion_time: string | null
      tag: string
      create_event: number
    }
    /** ListedPackage */
    ListedPackage: {
      package: string
      owner: string
      blocked: boolean
      extra_arches: string
      tag: string
    }
    /** HubTarget */
    HubTarget: {
      id: number
      name: string
      build_tag: string
      dest_tag: string
    }
    /** HubBuild */
    HubBuild: {
      id: number
      nvr: string
      name: string
      version: string
      release: string
      epoch: number | null
      /** @enum {unknown} */
      state: 'building' | 'complete' | 'deleted' | 'failed' | 'canceled'
      types: string[]
      owner: string
      source: string | null
      content_generator: string | null
      /** Format: date-time */
      creation_time: string
      start_time: string | null
      completion_time: string | null
    }
    /** WholeHubBuild */
    WholeHubBuild: {
      id: number
      nvr: string
      name: string
      version: string
      release: string
      epoch: number | null
      /** @enum {unknown} */
      state: 'building' | 'complete' | 'deleted' | 'failed' | 'canceled'
      types: string[]
      owner: string
      source: string | null
      content_generator: string | null
      /** Format: date-time */
      creation_time: string
      start_time: string | null
      completion_time: string | null
      tags: string[]
      /** @description as it was given */
      extra: unknown
      typeinfo: {
        [key: string]: unknown
      }
      rpms: {
        id: number
        nevra: string
        file: string
        size: number
        sha256: string
        sigmd5: string
        signed: string[]
      }[]
      archives: {
        id: number
        type: string
        filename: string
        subdir: string
        arch: string | null
        size: number
        sha256: string
        checksum_type: string
        checksum: string
        /** @description as it was given */
        extra: unknown
        /** @description number of its packages in the hub */
        rpms: number
      }[]
      logs: {
        subdir: string
        filename: string
        size: number
        sha256: string
      }[]
      buildroots: {
        id: number
        host: {
          os: string | null
          arch: string
        }
        container: {
          type: string
          arch: string
        }
        /** @description as it was given */
        tools: unknown
        /** @description the path of its record among the files of the build */
        record: string
      }[]
    }
    /** RpmHeader */
    RpmHeader: {
      nevra: {
        name: string
        epoch: number
        version: string
        release: string
        arch: string
      }
      isSource: boolean
      sourceRpm?: string
      modularityLabel?: string
      summary: string
      license: string
      buildTime: number
      buildHost?: string
      exclusiveArch: string[]
      excludeArch: string[]
      requires: {
        name: string
        flags: number
        version: string
      }[]
      provides: {
        name: string
        flags: number
        version: string
      }[]
      conflicts: {
        name: string
        flags: number
        version: string
      }[]
      obsoletes: {
        name: string
        flags: number
        version: string
      }[]
      files: {
        path: string
        mode: number
        size: number
        digest: string
        flags: number
        linkTo: string
        user: string
        group: string
        isGhost: boolean
        isDirectory: boolean
      }[]
      signatureMd5?: string
      headerSha256?: string
      payloadSize?: number
      controlCharacterIn?: string
      /** @description where it begins and ends in the file */
      headerRange: number[]
    }
    /** ArtifactFault */
    ArtifactFault: {
      sha256: string
      /** @enum {unknown} */
      problem: 'missing' | 'size' | 'content' | 'unreadable'
      sentence: string
    }
    /** HubEvent */
    HubEvent: {
      id: number
      /** Format: date-time */
      at: string
      user: string
    }
    /** Compose */
    Compose: {
      id: number
      platform: string
      /** @enum {unknown} */
      state_name: 'requested' | 'finished' | 'failed'
      state_reason: string | null
      modules: string[]
      signing_key: string | null
      gpg_key: string | null
      /** Format: date-time */
      time_requested: string
      time_completed: string | null
      /** @description arch → path */
      repositories: {
        [key: string]: string
      }
      /** @description arch → path */
      latest: {
        [key: string]: string
      }
    }
    /** SigningKey */
    SigningKey: {
      id: string
      fingerprint: string
      public_key: string
      /** Format: date-time */
      created_at: string
      retired_at: string | null
    }
  }
  responses: {
    /** @description Bad Request */
    BadRequest: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Forbidden */
    Forbidden: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Internal Server Error */
    InternalServerError: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Service Unavailable */
    ServiceUnavailable: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Not Found */
    NotFound: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description URI Too Long */
    URITooLong: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Unauthorized */
    Unauthorized: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Request Timeout */
    RequestTimeout: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Payload Too Large */
    PayloadTooLarge: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Unsupported Media Type */
    UnsupportedMediaType: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Unprocessable Entity */
    UnprocessableEntity: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
    /** @description Conflict */
    Conflict: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/json': components['schemas']['Error']
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export type operations = Record<string, never>
