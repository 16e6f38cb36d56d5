"""What people search photos for, in English and in other languages, to measure what is taken for which.

Items of a list stand between commas.
"""

RARE_ENGLISH = """
volcano, zebra, kayak, birthday cake, sunset, bicycle, selfie, taxi, hotel, museum, sofa, pizza,
hamster, kindergarten, sunrise, waterfall, glacier, fjord, lagoon, canyon, meadow, orchard, vineyard,
barn, lighthouse, harbour, harbor, pier, jetty, marina, gondola, canoe, sailboat, yacht, ferry,
submarine, helicopter, airplane, aeroplane, airport, glider, balloon, zeppelin, drone, tram, trolley,
locomotive, monorail, tractor, bulldozer, excavator, caravan, camper van, scooter, moped, tricycle,
unicycle, rollerblades, ski, skis, snowboard, sledge, toboggan, trampoline, hammock, carousel, ferris
wheel, roller coaster, circus, clown, acrobat, juggler, magician, ballerina, ballet, opera, orchestra,
violin, cello, trombone, saxophone, accordion, harmonica, ukulele, banjo, mandolin, guitar, piano, drum
kit, choir, karaoke, disco, carnival, parade, fireworks, bonfire, lantern, chandelier, candelabra,
fresco, mosaic, mural, graffiti, sculpture, statue, obelisk, pagoda, mosque, synagogue, cathedral,
chapel, monastery, minaret, kimono, sari, sombrero, poncho, kilt, tuxedo, gown, tiara, bride, groom,
bouquet, wedding, baptism, funeral, graduation, toddler, newborn, triplets, grandma, grandpa, granny,
nephew, fiancé, husband, aunt, schnauzer, poodle, dachshund, chihuahua, labrador, golden retriever,
husky, beagle, dalmatian, rottweiler, corgi, siamese cat, tabby, kitten, puppy, guinea pig, ferret,
hedgehog, squirrel, chipmunk, raccoon, otter, beaver, badger, weasel, moose, elk, reindeer, caribou,
bison, yak, llama, alpaca, camel, dromedary, rhinoceros, hippo, hippopotamus, gorilla, chimpanzee,
orangutan, lemur, koala, kangaroo, wallaby, platypus, armadillo, sloth, anteater, tapir, jaguar, puma,
cheetah, leopard, panther, hyena, jackal, meerkat, mongoose, ostrich, emu, flamingo, pelican, heron,
stork, egret, ibis, puffin, penguin, albatross, seagull, cormorant, kingfisher, hummingbird, woodpecker,
magpie, raven, owl, falcon, hawk, eagle, vulture, condor, peacock, pheasant, turkey, goose, swan,
duckling, parrot, cockatoo, macaw, toucan, canary, iguana, gecko, chameleon, komodo dragon, crocodile,
alligator, tortoise, turtle, cobra, python, axolotl, salamander, newt, toad, tadpole, jellyfish,
octopus, squid, lobster, crab, shrimp, oyster, mussel, starfish, sea urchin, coral, seahorse, stingray,
shark, dolphin, whale, orca, walrus, seal, dragonfly, ladybug, ladybird, bumblebee, wasp, hornet,
beetle, grasshopper, cricket, mantis, centipede, scorpion, tarantula, daffodil, tulip, orchid, hyacinth,
magnolia, wisteria, hydrangea, dahlia, chrysanthemum, lavender, sunflower, poppy, peony, geranium,
petunia, cactus, bonsai, bamboo, fern, moss, ivy, mushroom, toadstool, chanterelle, sequoia, baobab,
eucalyptus, willow, birch, maple, acorn, pine cone, mistletoe, sushi, ramen, sashimi, tempura, kimchi,
taco, burrito, quesadilla, enchilada, guacamole, nachos, paella, tapas, gazpacho, risotto, lasagna,
lasagne, spaghetti, ravioli, gnocchi, prosciutto, salami, mozzarella, tiramisu, panna cotta, gelato,
espresso, cappuccino, latte, croissant, baguette, brioche, quiche, ratatouille, crepe, soufflé, crème
brûlée, fondue, raclette, schnitzel, bratwurst, sauerkraut, pretzel, strudel, goulash, pierogi, borscht,
kebab, falafel, hummus, baklava, curry, naan, samosa, tandoori, pho, dim sum, barbecue, bbq, hamburger,
cheeseburger, hot dog, milkshake, smoothie, lemonade, champagne, prosecco, martini, mojito, margarita,
whisky, beer stein, tequila, sake, avocado, aubergine, eggplant, zucchini, courgette, broccoli,
cauliflower, asparagus, artichoke, radish, beetroot, pomegranate, papaya, mango, kiwi, lychee, durian,
passport, invoice, receipt, whiteboard, screenshot, blueprint, spreadsheet, barcode, qr code,
thermometer, stethoscope, x-ray, ultrasound, mri scan, wheelchair, crutches, scalpel, syringe,
microscope, telescope, binoculars, tripod, camcorder, polaroid, gramophone, typewriter, chessboard,
domino, roulette, poker, sudoku, lego, yoga, pilates, judo, karate, taekwondo, sumo, fencing, archery,
javelin, decathlon, marathon, triathlon, cricket match, rugby, lacrosse, polo, curling, biathlon, zumba,
tango, salsa, flamenco, samba, cha cha, aurora, northern lights, eclipse, comet, milky way, rainbow,
tornado, hurricane, avalanche, tsunami, drought, hailstorm, dusk, dawn, twilight, silhouette, bokeh,
macro, panorama, fisheye, sepia, collage, portrait, landscape, nude, cosplay, manga, anime, emoji, meme,
tattoo, piercing, beard, moustache, mustache, dreadlocks, ponytail, wrinkles, freckles, dimples,
sunburn, scar, plaster cast, kindle, laptop, ipad, iphone, playstation, xbox, router, patio, pergola,
veranda, balcony, gazebo, igloo, tipi, teepee, yurt, chalet, cottage, bungalow, villa, palace, castle,
château, skyscraper, favela, ghetto, plaza, piazza, bazaar, souk, boulevard, cul-de-sac, rendezvous,
autobahn, zeitgeist, angst, poltergeist, doppelganger, siesta, fiesta, matador, corrida, tortilla,
halloween, christmas, xmas tree, santa, advent, easter bunny, thanksgiving, hanukkah, menorah, diwali,
ramadan, eid, purim, oktoberfest, mardi gras, quinceañera, bar mitzvah, prom, sleepover, picnic, barbie,
teddy bear, lego castle, stroller, pram, pacifier, dummy, nappy, diaper, crib, bassinet, bunk bed,
duvet, quilt
"""
"""English words and pairs that are rarer than the everyday ones, loanwords among them."""

NAMES = """
Barcelona, Anna, Berlin, München, Hamburg, Köln, Paris, Marseille, Lyon, Roma, Milano, Firenze, Venezia,
Napoli, Lisboa, Porto, Madrid, Sevilla, Granada, Amsterdam, Rotterdam, Bruxelles, Wien, Salzburg,
Zürich, Genève, Praha, Warszawa, Kraków, Stockholm, Oslo, København, Helsinki, Reykjavik, Istanbul,
Buenos Aires, Rio de Janeiro, São Paulo, Mexico, Bogotá, Santiago, Havana, Tokyo, Kyoto, Osaka, Bangkok,
Hanoi, Mallorca, Ibiza, Tenerife, Sardegna, Sicilia, Korsika, Toscana, Bayern, Tirol, Bretagne,
Normandie, Provence, Algarve, Matterhorn, Zugspitze, Mont Blanc, Montblanc, Neuschwanstein, Alhambra,
Sagrada Familia, Sacré-Coeur, Champs-Élysées, Notre-Dame, Louvre, Versailles, Brandenburger Tor,
Schönbrunn, Eiffel, Duomo, Colosseo, Maria, José, Juan, Carlos, Pedro, Diego, Lucía, Carmen, Sofía,
Hans, Klaus, Jürgen, Heinz, Ulrike, Heidi, Fritz, Günther, Stefan, Matthias, Lukas, Leonie, Pierre,
Jean, Jacques, François, Amélie, Chloé, Giovanni, Giuseppe, Francesca, Chiara, Luca, Matteo, Alessandro,
João, Paulo, Inês, Beatriz, Joana, Thiago, Sven, Lars, Ingrid, Astrid, Björn, Piotr, Agnieszka,
Katarzyna, Jan, Pieter, Marieke, Femke, Willem, anna, barcelona, sofia, oma anna, julia, emma, felix,
paul, max, leon, mia, lea, tim, tom, ben, noah, oskar, bruno, rosa, bella, luna, balu, simba, nala,
rocky, minka, mimi, fiffi, Mallorca 2019, Schmidt, Müller, Garcia, Fernandez, Rossi, Ferrari, Dubois,
Silva, de Vries, van Gogh, da Vinci, Picasso, Mozart, Beethoven, Volkswagen, BMW, Renault, Peugeot,
Fiat, Seat Ibiza, Nissan, Vespa, Lamborghini, Ikea, Gucci, San Francisco, Los Angeles, Las Vegas, San
Sebastian, Santa Cruz, Puerto Rico, Costa Rica, El Capitan, Sierra Nevada, Baden-Baden, Le Mans, Cinque
Terre, Lago di Garda, Gardasee, Bodensee
"""
"""Persons, places, animals and brands of many countries."""

SENTENCES = {
    "German": """
ein weißer Hund im Schnee, Hund am Strand, Kinder spielen im Garten, rotes Auto vor dem Haus,
Sonnenuntergang am Meer, zwei Katzen auf dem Sofa, Oma mit Kuchen, Blick aus dem Fenster, schwarzer
Hund, ein Mann auf einem Fahrrad, Geburtstag von Anna, weißer Hund, Pferd auf der Wiese, blauer
Himmel, Schiff im Hafen, alte Kirche, mein Hund, kleines Kind mit Ballon
""",
    "French": """
un chien blanc dans la neige, chien blanc, chien sur la plage, enfants qui jouent dans le jardin,
voiture rouge devant la maison, coucher de soleil, deux chats sur le canapé, grand-mère avec un
gâteau, chien noir, un homme à vélo, anniversaire d'Anna, cheval dans le pré, ciel bleu, bateau dans
le port, vieille église, mon chien, petit enfant avec un ballon, tour eiffel la nuit
""",
    "Spanish": """
un perro blanco en la nieve, perro en la playa, niños jugando en el jardín, coche rojo, puesta de
sol en el mar, dos gatos en el sofá, abuela con pastel, perro negro, un hombre en bicicleta,
cumpleaños de Anna, perro blanco, caballo en el campo, cielo azul, barco en el puerto, iglesia
vieja, mi perro, niño pequeño con globo
""",
    "Italian": """
un cane bianco nella neve, cane sulla spiaggia, bambini che giocano in giardino, macchina rossa,
tramonto sul mare, due gatti sul divano, nonna con torta, cane nero, un uomo in bicicletta,
compleanno di Anna, cane bianco, cavallo nel prato, cielo azzurro, barca nel porto, vecchia chiesa,
il mio cane
""",
    "Portuguese": """
um cachorro branco na neve, cão na praia, crianças brincando no jardim, carro vermelho, pôr do sol
no mar, dois gatos no sofá, avó com bolo, cachorro preto, um homem de bicicleta, aniversário da
Anna, cão branco, cavalo no campo, céu azul, barco no porto, igreja velha, meu cachorro
""",
    "Dutch": """
een witte hond in de sneeuw, hond op het strand, kinderen spelen in de tuin, rode auto voor het
huis, zonsondergang aan zee, twee katten op de bank, oma met taart, zwarte hond, een man op een
fiets, verjaardag van Anna, witte hond, paard in de wei, blauwe lucht, schip in de haven, oude kerk,
mijn hond
""",
}
"""Short sentences and pairs by their language's name."""

SHORT = {
    "German": """
Hund am Strand, Katze auf dem Sofa, Kind im Garten, Frau mit Hut, Berge im Winter, Sonnenuntergang
am Meer, rotes Auto, Haus am See, Kuchen mit Kerzen, Hund im Schnee, Blumen im Garten, Oma und Opa,
Baum im Wald, Zug am Bahnhof, Boot auf dem Wasser, Mann mit Bart, Junge mit Ball, blaue Blumen, alte
Brücke, Essen auf dem Tisch, Hochzeit in der Kirche, Vogel im Baum, Pferd auf der Wiese, Regen in
der Stadt, Urlaub am Meer
""",
    "French": """
chien sur la plage, chat sur le canapé, enfant dans le jardin, femme avec chapeau, montagne en
hiver, coucher de soleil, voiture rouge, maison au bord du lac, gâteau avec bougies, chien dans la
neige, fleurs dans le jardin, arbre dans la forêt, bateau sur l'eau, homme avec barbe, fleurs
bleues, vieux pont, repas sur la table, mariage à l'église, oiseau dans un arbre, cheval dans le
pré, pluie en ville, vacances à la mer, fille en robe, bébé qui dort, feu de camp
""",
    "Spanish": """
perro en la playa, gato en el sofá, niño en el jardín, mujer con sombrero, montaña en invierno,
puesta de sol, coche rojo, casa junto al lago, pastel con velas, perro en la nieve, flores azules,
árbol en el bosque, barco en el agua, hombre con barba, puente viejo, comida en la mesa, boda en la
iglesia, pájaro en un árbol, caballo en el prado, lluvia en la ciudad, vacaciones en el mar, niña
con vestido, bebé durmiendo, gente bailando, fuegos artificiales
""",
    "Portuguese": """
cachorro na praia, gato no sofá, criança no jardim, mulher com chapéu, montanha no inverno, pôr do
sol, carro vermelho, casa no lago, bolo com velas, cão na neve, flores azuis, árvore na floresta,
barco na água, homem com barba, ponte velha, comida na mesa, casamento na igreja, pássaro na árvore,
cavalo no campo, chuva na cidade, férias no mar, menina de vestido, bebê dormindo, pessoas dançando,
fogos de artifício
""",
    "Italian": """
cane sulla spiaggia, gatto sul divano, bambino in giardino, donna con cappello, montagna in inverno,
tramonto sul mare, macchina rossa, casa sul lago, torta con candele, cane nella neve, fiori blu,
albero nel bosco, barca sull'acqua, uomo con barba, vecchio ponte, cibo sul tavolo, matrimonio in
chiesa, uccello su un albero, cavallo nel prato, pioggia in città, vacanze al mare, ragazza con
vestito, bambino che dorme, gente che balla, fuochi d'artificio
""",
    "Dutch": """
hond op het strand, kat op de bank, kind in de tuin, vrouw met hoed, bergen in de winter,
zonsondergang aan zee, rode auto, huis aan het meer, taart met kaarsen, hond in de sneeuw, blauwe
bloemen, boom in het bos, boot op het water, man met baard, oude brug, eten op tafel, bruiloft in de
kerk, vogel in een boom, paard in de wei, regen in de stad, vakantie aan zee, meisje met jurk,
slapende baby, dansende mensen, vuurwerk boven de stad
""",
    "Polish": """
pies na plaży, kot na kanapie, dziecko w ogrodzie, kobieta w kapeluszu, góry zimą, zachód słońca,
czerwony samochód, dom nad jeziorem, tort ze świeczkami, pies na śniegu, niebieskie kwiaty, drzewo w
lesie, łódka na wodzie, stary most, jedzenie na stole
""",
    "Turkish": """
plajda köpek, koltukta kedi, bahçede çocuk, şapkalı kadın, kışın dağlar, gün batımı, kırmızı araba,
göl kenarında ev, mumlu pasta, karda köpek, mavi çiçekler, ormanda ağaç, eski köprü, masada yemek,
kilisede düğün
""",
}
"""Queries of two to five words, as people type them who do not think of what the model reads."""
