for (const place of document.querySelectorAll('.origin')) place.textContent = new URL('.', location).href.slice(0, -1);
