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

# English, with words or whole phrases from elsewhere; the first hundred were looked at while the rule was made.
BORROWED = """
film noir, art nouveau, art deco, haute couture, avant garde, creme brulee, café au lait, pain au
chocolat, femme fatale, trompe l'oeil, papier mache, cul de sac, chaise longue, hors d'oeuvre, foie gras,
coq au vin, croque monsieur, eau de toilette, carte blanche, faux pas, deja vu, petit four, crepe
suzette, eggs florentine, grand prix, tour de france, beaux arts, belle epoque, fleur de lis, nouvelle
cuisine, objet d'art, pied a terre, prix fixe, a la carte, a la mode, au naturel, bon voyage, cafe racer,
cinema verite, crème fraîche, dolce vita, al fresco, al dente, prima donna, prima ballerina, pasta
primavera, terra cotta, latte macchiato, dolce far niente, piazza san marco, cosa nostra, cappuccino
foam, gelato cone, tiramisu slice, pizza margherita, antipasto platter, bruschetta plate, chiaroscuro
portrait, sgraffito vase, graffiti wall, kindergarten class, doppelganger twins, zeitgeist poster,
wanderlust map, bratwurst stand, sauerkraut jar, schnauzer puppy, dachshund run, rottweiler dog,
edelweiss flower, oktoberfest tent, wiener schnitzel, apfel strudel, gluhwein mug, lederhosen man,
poltergeist scene, dia de los muertos, cinco de mayo, pina colada, mariachi band, huevos rancheros,
quesadilla plate, guacamole bowl, arroz con pollo, flamenco dancer, paella pan, sombrero hat, siesta
hammock, fiesta lights, pinata party, el nino storm, caipirinha glass, bossa nova, capoeira circle,
carnival rio, favela hills, azulejo tiles, pastel de nata, fado singer, bonsai tree, sushi platter,
origami crane, tsunami wave, karaoke night, kimono girl, feng shui, dim sum, tai chi, kung fu, yin yang,
tuk tuk, pad thai, noir city street, gelato shop, espresso cup, latte art, macaron tower, baguette
sandwich, croissant breakfast, crepe stand, brioche bun, quiche slice, souffle dish, ratatouille pot,
bouquet of roses, chateau garden, boutique window, ballet pirouette, lingerie model, chandelier hall,
mirage desert, silhouette sunset, montage wall, collage art, cabaret dancer, burlesque show, matinee
crowd, vaudeville stage, gondola venice, villa pool, piazza fountain, pergola vines, fresco ceiling,
mosaic floor, stucco wall, maestro conductor, diva singer, paparazzi crowd, espresso machine, panini
press, ravioli plate, gnocchi bowl, prosciutto board, mozzarella balls, focaccia bread, zucchini flowers,
taco truck, burrito bowl, churros stand, tequila shots, margarita glass, poncho man, adobe house, pueblo
ruins, canyon mesa, hacienda courtyard, matador cape, rodeo bull, samba dancers, mardi gras, beer stein,
pretzel vendor, hamster wheel, rucksack hiker, delicatessen counter, glockenspiel player, waltz couple,
fjord cruise, smorgasbord table, art brut, art moderne, enfant terrible, double entendre, grand tour,
joie de vivre, nom de plume, par excellence, raison d'etre, tete a tete, vis a vis, bete noire, mise en
place, sous vide, sous chef, tarte tatin, steak frites, moules frites, salade nicoise, palazzo ducale,
bella donna, opera buffa, commedia dell'arte, alma mater, terra incognita, carpe diem
"""

# Of two words, none of them a small one.
PAIRS = {
    "French": """
chien noir, chat blanc, plage soleil, coucher soleil, montagne neige, voiture rouge, fleur jaune, gâteau
anniversaire, petit garçon, femme robe, arbre automne, forêt brouillard, bateau voile, cheval marron,
maison bleue, enfants jardin, vieux pont, repas famille, rue pluie, ciel étoilé, oiseau branche, vélo
bleu, rivière bois, mer calme, fête noël, robe noire, lac gelé, bébé dort, art moderne, vue mer, pain
frais, film ancien, café noir, vin rouge, nuit étoiles, photo mariage, chien plage, chat noir, grand
arbre, petite fille, vieille voiture, fleurs rouges, pomme verte, ciel bleu, tasse café, gens dansent,
homme chapeau, marché couvert, église ancienne, train gare
""",
    "Spanish": """
perro negro, gato blanco, playa sol, montaña nieve, coche rojo, flor amarilla, niño jugando, mujer
vestido, árbol otoño, bosque niebla, barco vela, caballo marrón, casa azul, niños jardín, puente viejo,
cena familia, calle lluvia, cielo estrellado, pájaro rama, bicicleta azul, boda iglesia, puesta sol, mesa
madera, cielo azul, agua clara, gato negro, perro playa, abuela cocina, árbol grande, niña pequeña, coche
viejo, flores rojas, manzana verde, taza café, gente bailando, hombre sombrero, mercado fruta, iglesia
antigua, tren estación, lluvia ventana
""",
    "German": """
schwarzer Hund, weiße Katze, Strand Sonne, Berge Schnee, rotes Auto, gelbe Blume, kleines Kind, Frau
Kleid, Baum Herbst, Wald Nebel, braunes Pferd, blaues Haus, Kinder Garten, alte Brücke, Straße Regen,
Vogel Ast, blaues Fahrrad, Hochzeit Kirche, roter Ball, stiller See, leckerer Kuchen, schlafendes Baby,
altes Foto, Hund Wiese, grüne Wiese, schwarze katze, hund strand, oma küche, großer baum, kleines
mädchen, altes auto, rote blumen, grüner apfel, tasse kaffee, tanzende leute, mann hut, markt obst, alte
kirche, zug bahnhof, regen fenster
""",
    "Portuguese": """
cachorro preto, gato branco, praia sol, montanha neve, carro vermelho, flor amarela, menino jogando,
mulher vestido, árvore outono, floresta neblina, barco vela, cavalo marrom, casa azul, crianças jardim,
ponte velha, jantar família, rua chuva, céu estrelado, pássaro galho, bicicleta azul, casamento igreja,
bolo aniversário, mar calmo, vinho tinto, pão fresco, gato preto, cachorro praia, avó cozinha, árvore
grande, menina pequena, carro velho, flores vermelhas, maçã verde, xícara café, pessoas dançando, homem
chapéu, mercado frutas, igreja antiga, trem estação, chuva janela
""",
    "Italian": """
cane nero, gatto bianco, spiaggia sole, montagna neve, macchina rossa, fiore giallo, bambino gioca, donna
vestito, albero autunno, bosco nebbia, barca vela, cavallo marrone, casa blu, bambini giardino, ponte
vecchio, cena famiglia, strada pioggia, cielo stellato, uccello ramo, bicicletta blu, matrimonio chiesa,
torta compleanno, mare calmo, vino rosso, pane fresco, gatto nero, cane spiaggia, nonna cucina, albero
grande, bambina piccola, macchina vecchia, fiori rossi, mela verde, tazza caffè, gente balla, uomo
cappello, mercato frutta, chiesa antica, treno stazione, pioggia finestra
""",
}
